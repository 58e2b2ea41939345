/**
 * The TLS of a connection, as far as the connection knows of it.
 *
 * @module
 */

import type { Wait } from "../core/mod.ts";
import { type Completion, OperationEvent } from "../streams/mod.ts";

/** What was agreed on in a handshake. */
export interface TlsSession {
  /** The application protocol (ALPN) that both sides know; `null` for none, or before the handshake. */
  readonly alpnProtocol: string | null;
}

/** The TLS of a transport that has it. */
export interface TlsLayer extends TlsSession {
  /** Says when the handshake is done; it begins by itself. */
  handshake(completion: Completion<void>): void;
}

/** What a handshake is waited for of: a connection. */
interface Owner {
  readonly place: string;
  noteFailure(error: unknown): void;
}

/** Waits until a handshake is done. */
export class HandshakeEvent extends OperationEvent<void> {
  readonly #owner: Owner;
  readonly #layer: TlsLayer | undefined;

  constructor(owner: Owner, layer: TlsLayer | undefined) {
    super();
    this.#owner = owner;
    this.#layer = layer;
  }

  protected override begin(_wait: Wait, completion: Completion<void>): () => void {
    let wanted = true;
    const layer = this.#layer ?? { handshake: ({ done }) => queueMicrotask(done) } as TlsLayer;
    layer.handshake({
      done: () => wanted && completion.done(),
      failed: (error) => {
        this.#owner.noteFailure(error);
        if (wanted) completion.failed(error);
      },
    });
    return () => wanted = false;
  }

  override describe(): string {
    return `the TLS handshake with ${this.#owner.place}`;
  }
}
