/**
 * DNS messages (RFC 1035), as far as a forwarder has to understand them. Everything that is read may have been written by
 * anyone: what is not as it should be is `null`, and nothing is read twice, so that no packet takes long.
 *
 * @module
 */

/** Bits of the header's second pair of bytes. */
export const RESPONSE = 0x8000, OPCODE = 0x7800, TRUNCATED = 0x0200, RECURSION_DESIRED = 0x0100;
export const RECURSION_AVAILABLE = 0x0080, CHECKING_DISABLED = 0x0010, RCODE = 0x000f;

/** What went wrong, in the header's last four bits. */
export const SERVFAIL = 2, NXDOMAIN = 3, NOTIMP = 4;

export const SOA = 6, OPT = 41;

/** How long a message may be if nobody has said otherwise, and the most that is sent: more could be cut up on its way. */
export const SHORT = 512, LONG = 1232;

const HEADER = 12;

/** A question, as a client asked it. */
export interface Question {
  readonly id: number;
  readonly flags: number;
  /** The question as it was sent, name, type and class, in the client's spelling. */
  readonly bytes: Uint8Array;
  /** What two questions have in common that are the same. */
  readonly key: string;
  /** How long an answer the client takes. */
  readonly limit: number;
  /** Whether the client knows of EDNS (RFC 6891). */
  readonly extended: boolean;
}

/** The question in a datagram; `null` if it is none. */
export function readQuestion(data: Uint8Array): Question | null {
  const view = viewOf(data);
  if (data.length < HEADER || view.getUint16(4) !== 1) return null;
  const flags = view.getUint16(2);
  if (flags & RESPONSE) return null;
  const nameEnd = endOfName(data, HEADER, false);
  if (nameEnd === null || data.length < nameEnd + 4) return null;
  const bytes = data.slice(HEADER, nameEnd + 4);
  const records = readRecords(data, nameEnd + 4);
  if (records === null) return null;
  const option = records.find(({ type }) => type === OPT);
  return {
    id: view.getUint16(0),
    flags,
    bytes,
    key: keyOf(bytes, flags),
    limit: option === undefined ? SHORT : Math.min(LONG, Math.max(SHORT, option.class)),
    extended: option !== undefined,
  };
}

/** What makes two questions the same: the name in small letters, type and class, and whether signatures are checked. */
function keyOf(bytes: Uint8Array, flags: number): string {
  return `${flags & (RECURSION_DESIRED | CHECKING_DISABLED)} ${lowered(bytes)}`;
}

/** A question with its name in small letters. */
function lowered(bytes: Uint8Array): string {
  const text = String.fromCharCode(...bytes);
  return text.slice(0, -4).toLowerCase() + text.slice(-4);
}

/** A record of a message. */
interface DnsRecord {
  readonly start: number;
  readonly type: number;
  readonly class: number;
  /** Where its time to live stands. */
  readonly ttlAt: number;
  readonly ttl: number;
  /** Where its data stand, and where it ends. */
  readonly dataAt: number;
  readonly end: number;
}

/** What an upstream server answered. */
export interface Answer {
  /** The message, without the EDNS record. */
  readonly bytes: Uint8Array;
  readonly rcode: number;
  readonly truncated: boolean;
  /** Where in it times to live stand. */
  readonly ttls: readonly number[];
  /** Seconds for which it may be kept. */
  readonly lifetime: number;
}

/** The answer in a datagram to the question `asked` with `id`; `null` if it is none, or one to another question. */
export function readAnswer(data: Uint8Array, id: number, asked: Uint8Array): Answer | null {
  const view = viewOf(data);
  const questionEnd = HEADER + asked.length;
  if (data.length < questionEnd || view.getUint16(0) !== id || view.getUint16(4) !== 1) return null;
  const flags = view.getUint16(2);
  if (!(flags & RESPONSE) || lowered(data.subarray(HEADER, questionEnd)) !== lowered(asked)) return null;
  const records = readRecords(data, questionEnd);
  if (records === null) return null;
  const rcode = flags & RCODE;
  const last = records.at(-1);
  const extended = last?.type === OPT;
  const bytes = data.slice(0, extended ? last.start : undefined);
  if (extended) viewOf(bytes).setUint16(10, view.getUint16(10) - 1);
  const kept = records.filter(({ type }) => type !== OPT);
  const answers = view.getUint16(6);
  return {
    bytes,
    rcode,
    truncated: (flags & TRUNCATED) !== 0,
    ttls: kept.map(({ ttlAt }) => ttlAt),
    lifetime: rcode === 0 && answers > 0
      ? Math.min(...kept.map(({ ttl }) => ttl))
      : rcode === 0 || rcode === NXDOMAIN
      ? lifetimeOfNothing(view, kept)
      : 0,
  };
}

/** For how long to believe that there is nothing (RFC 2308): as the zone says, in its SOA record. */
function lifetimeOfNothing(view: DataView, records: readonly DnsRecord[]): number {
  const soa = records.find(({ type }) => type === SOA);
  return soa === undefined || soa.end - soa.dataAt < 22 ? 0 : Math.min(soa.ttl, view.getUint32(soa.end - 4));
}

/** The records from `at` on, as many as the header says, up to the end of `data`; `null` if that does not fit. */
function readRecords(data: Uint8Array, at: number): DnsRecord[] | null {
  const view = viewOf(data);
  const count = view.getUint16(6) + view.getUint16(8) + view.getUint16(10);
  const records: DnsRecord[] = [];
  for (let i = 0; i < count; i++) {
    const fields = endOfName(data, at, true);
    if (fields === null || fields + 10 > data.length) return null;
    const dataAt = fields + 10, end = dataAt + view.getUint16(fields + 8);
    if (end > data.length) return null;
    const ttl = view.getUint32(fields + 4);
    records.push({
      start: at,
      type: view.getUint16(fields),
      class: view.getUint16(fields + 2),
      ttlAt: fields + 4,
      ttl: ttl > 0x7fffffff ? 0 : ttl,
      dataAt,
      end,
    });
    at = end;
  }
  return at === data.length ? records : null;
}

/** Where the name at `at` ends. What it points back to is not followed: that is how loops are made. */
function endOfName(data: Uint8Array, at: number, mayPoint: boolean): number | null {
  for (const start = at; at < data.length && at - start < 255;) {
    const length = data[at]!;
    if (length >= 0xc0) return mayPoint && at + 2 <= data.length ? at + 2 : null;
    if (length >= 0x40) return null;
    at += length + 1;
    if (length === 0) return at;
  }
  return null;
}

/** The query for `question`, under an id of our own, for answers of up to `LONG` bytes. */
export function queryFor(question: Question, id: number): Uint8Array {
  const query = new Uint8Array(HEADER + question.bytes.length + 11);
  const view = viewOf(query);
  view.setUint16(0, id);
  view.setUint16(2, question.flags & (RECURSION_DESIRED | CHECKING_DISABLED));
  view.setUint16(4, 1);
  view.setUint16(10, 1);
  query.set(question.bytes, HEADER);
  setOption(view, HEADER + question.bytes.length);
  return query;
}

/** The reply to `question` by an answer that is `age` seconds old, or by an error. */
export function replyTo(question: Question, answer: Answer | number, age = 0): Uint8Array {
  const known = typeof answer === "number" ? null : answer;
  const room = question.limit - (question.extended ? 11 : 0);
  const fits = known !== null && known.bytes.length <= room;
  const length = fits ? known.bytes.length : HEADER + question.bytes.length;
  const reply = new Uint8Array(length + (question.extended ? 11 : 0));
  const view = viewOf(reply);
  if (fits) {
    reply.set(known.bytes);
    for (const at of known.ttls) view.setUint32(at, Math.max(0, view.getUint32(at) - age));
  }
  const echoed = question.flags & (OPCODE | RECURSION_DESIRED | CHECKING_DISABLED);
  const cut = known !== null && (known.truncated || !fits) ? TRUNCATED : 0;
  view.setUint16(0, question.id);
  view.setUint16(2, RESPONSE | echoed | cut | RECURSION_AVAILABLE | (known?.rcode ?? answer as number));
  view.setUint16(4, 1);
  reply.set(question.bytes, HEADER);
  if (question.extended) {
    view.setUint16(10, view.getUint16(10) + 1);
    setOption(view, length);
  }
  return reply;
}

/** Writes an EDNS record, which says how much we take. */
function setOption(view: DataView, at: number): void {
  view.setUint16(at + 1, OPT);
  view.setUint16(at + 3, LONG);
}

function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}
