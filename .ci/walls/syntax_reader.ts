/**
 * Reads what a file says: a plugin of `deno lint` that reports the facts which the walls are checked against.
 * So it is Deno's own parser that tells code from comments and strings. It judges nothing: each fact is
 * reported as a "diagnostic" whose message is the kind of the fact, a tab, and its value.
 *
 * @module
 */

/** What a fact is about. */
export type FactKind =
  /** The file was read at all. Without value. */
  | "read"
  /** The specifier of an import or a re-export that exists at run time. */
  | "import"
  /** The specifier of one that only types see. */
  | "import type"
  /** The specifier of an `export *`. */
  | "export *"
  /** A global of the runtime that code uses, by name. */
  | "uses"
  /** The same where only its type is meant, or in `instanceof`. */
  | "mentions"
  /** The class on the right of an `instanceof`. */
  | "instanceof"
  /** A method of an event that takes a thread, by name. */
  | "takes a thread"
  /** A comment's text. */
  | "comment";

/** The names of a clock or a timer. */
export const CLOCK_NAMES = ["setTimeout", "setInterval", "setImmediate", "performance", "Date"];

const GLOBALS = new Set(["Deno", ...CLOCK_NAMES]);
const GLOBAL_OBJECTS = new Set(["globalThis", "self", "window", "global"]);
const EVENT_METHODS = new Set(["perform", "withdraw"]);

/** Something with a name as its key: a property, a method, a signature. */
interface Keyed {
  key: Deno.lint.Node;
}

const plugin: Deno.lint.Plugin = {
  name: "walls",
  rules: { read: { create: visitorFor } },
};

export default plugin;

function visitorFor(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  const report = (kind: FactKind, range: Deno.lint.Range, value = "") =>
    context.report({ range, message: `${kind}\t${value}` });
  const source = (kind: FactKind, node: Deno.lint.Node | null) => {
    const literal = node?.type === "TSLiteralType" ? node.literal : node;
    if (literal?.type === "Literal" && typeof literal.value === "string") {
      report(kind, literal.range, literal.value);
    }
  };
  const method = (node: Keyed & Deno.lint.Node, first: Deno.lint.Parameter | undefined) => {
    const name = keyName(node);
    if (!EVENT_METHODS.has(name) || first?.type !== "Identifier" || !first.typeAnnotation) return;
    const type = context.sourceCode.getText(first.typeAnnotation);
    if (/\bThread\b/.test(type)) report("takes a thread", node.range, name);
  };
  return {
    Program() {
      report("read", [0, 0]);
      for (const comment of context.sourceCode.getAllComments()) {
        report("comment", comment.range, comment.value);
      }
    },
    ImportDeclaration: (node) => source(node.importKind === "type" ? "import type" : "import", node.source),
    ExportNamedDeclaration: (node) =>
      source(node.exportKind === "type" ? "import type" : "import", node.source),
    ExportAllDeclaration(node) {
      source(node.exportKind === "type" ? "import type" : "import", node.source);
      source("export *", node.source);
    },
    ImportExpression: (node) => source("import", node.source),
    TSImportType: (node) => source("import type", node.argument),
    Identifier(node) {
      if (!GLOBALS.has(node.name) || !isReference(node)) return;
      report(isMentioned(node) ? "mentions" : "uses", node.range, node.name);
    },
    // globalThis["Deno"]
    MemberExpression(node) {
      const name = node.computed && node.property.type === "Literal" ? node.property.value : undefined;
      if (typeof name === "string" && GLOBALS.has(name) && isGlobalObject(node.object)) {
        report("uses", node.range, name);
      }
    },
    'BinaryExpression[operator="instanceof"]'(node: Deno.lint.BinaryExpression) {
      report("instanceof", node.range, context.sourceCode.getText(node.right));
    },
    MethodDefinition: (node) => method(node, node.value.params[0]),
    TSAbstractMethodDefinition: (node: Deno.lint.TSAbstractMethodDefinition) =>
      method(node, node.value.params[0]),
    TSMethodSignature: (node) => method(node, node.params[0]),
    PropertyDefinition(node) {
      if (node.value?.type === "ArrowFunctionExpression") method(node, node.value.params[0]);
    },
  };
}

/** Whether an identifier refers to a variable or a type, and is not just the name of somebody's property. */
function isReference(node: Deno.lint.Identifier): boolean {
  const parent: Deno.lint.Node = node.parent;
  switch (parent.type) {
    case "MemberExpression":
      return isAt(node, parent.object) || parent.computed || isGlobalObject(parent.object);
    case "TSQualifiedName":
      return isAt(node, parent.left);
    case "Property":
      // `const { Deno } = globalThis` and `{ Deno }` refer to it; `{ Deno: 1 }` does not.
      return !isAt(node, parent.key) || parent.shorthand || parent.computed ||
        parent.parent.type === "ObjectPattern";
    case "PropertyDefinition":
    case "MethodDefinition":
    case "TSPropertySignature":
    case "TSMethodSignature":
      return !isAt(node, parent.key);
    default:
      return true;
  }
}

/** Whether a reference needs no value at run time, or needs it only to compare. */
function isMentioned(node: Deno.lint.Identifier): boolean {
  const parent: Deno.lint.Node = node.parent;
  return parent.type === "TSTypeReference" || parent.type === "TSTypeQuery" ||
    parent.type === "TSQualifiedName" ||
    (parent.type === "BinaryExpression" && parent.operator === "instanceof");
}

function isGlobalObject(node: Deno.lint.Node): boolean {
  return node.type === "Identifier" && GLOBAL_OBJECTS.has(node.name);
}

function isAt(node: Deno.lint.Node, place: Deno.lint.Node): boolean {
  return node.range[0] === place.range[0] && node.range[1] === place.range[1];
}

function keyName({ key }: Keyed): string {
  return key.type === "Identifier" ? key.name : "";
}
