/**
 * The tree of one CAmkES or IDL file after preprocessing: what was written, before any name is looked up.
 * Upstream and Sparrow are one grammar here; what only one of them has, a check reports. Spans are offsets
 * of the file's `SourceText`. Nodes that a mistake cut short are there with what they have: a missing
 * name is a `Name` with an empty text at the place where it was expected.
 */
import type { Span } from '../text/source-text.js';

export interface CamkesTree {
  readonly items: readonly Item[];
}

export interface Name {
  readonly text: string;
  readonly span: Span;
}

/** `a.b.c`; `text` is the parts joined by dots. At least one part. */
export interface Reference {
  readonly text: string;
  readonly parts: readonly Name[];
  readonly span: Span;
}

export type Item =
  | Import
  | Assembly
  | Component
  | Composition
  | Configuration
  | Connector
  | Procedure
  | Struct
  | Opaque;

/** `import "a.camkes";`, `import <a.camkes>;`; inside a component or procedure `include` for C headers. */
export interface Import {
  readonly kind: 'import' | 'include';
  readonly span: Span;
  readonly path: string;
  /** The path with its quotes or brackets. */
  readonly pathSpan: Span;
  readonly style: 'quoted' | 'angle';
}

/**
 * Something that looks like the use of a macro whose header was not found: `VM_INIT_DEF()` in a member's
 * place. It stands for any number of members, so checks that count members must not complain near it.
 */
export interface Opaque {
  readonly kind: 'opaque';
  readonly span: Span;
  readonly name: Name;
}

export interface Assembly {
  readonly kind: 'assembly';
  readonly span: Span;
  readonly name: Name | undefined;
  readonly members: readonly AssemblyMember[];
}
export type AssemblyMember = Composition | Configuration | ByName | Schedule | Opaque;

/** `composition c;` inside an assembly or component: a composition or configuration that stands elsewhere. */
export interface ByName {
  readonly kind: 'composition-reference' | 'configuration-reference';
  readonly span: Span;
  readonly reference: Reference;
}

export interface Schedule {
  readonly kind: 'schedule';
  readonly span: Span;
  readonly entries: readonly {
    readonly domain: Expression;
    readonly duration: Expression;
    readonly unit: 'ticks' | 'us' | undefined;
    readonly span: Span;
  }[];
}

export interface Component {
  readonly kind: 'component';
  readonly span: Span;
  readonly name: Name | undefined;
  readonly members: readonly ComponentMember[];
}
export type ComponentMember =
  | Flag
  | InterfaceMember
  | HasMember
  | AttributeMember
  | Import
  | Composition
  | Configuration
  | ByName
  | Opaque;

/** `control;` and `hardware;`. */
export interface Flag {
  readonly kind: 'control' | 'hardware';
  readonly span: Span;
}

/**
 * `maybe uses T n;`, `provides T n;`, `emits E n;`, `maybe consumes E n;`, `maybe dataport Buf(n) n;`.
 * The type of a dataport or event is never looked up: it is a C type, or a name that both ends share.
 */
export interface InterfaceMember {
  readonly kind: 'uses' | 'provides' | 'emits' | 'consumes' | 'dataport';
  readonly span: Span;
  /** The `maybe` before it. */
  readonly optional: Span | undefined;
  readonly type: Reference;
  /** The `4096` of `Buf(4096)`. */
  readonly size: Expression | undefined;
  readonly name: Name;
}

/** `has mutex n;` and the like; `size` is that of a `copyregion`, which only Sparrow has. */
export interface HasMember {
  readonly kind: 'mutex' | 'semaphore' | 'binary_semaphore' | 'copyregion';
  readonly span: Span;
  readonly name: Name;
  readonly size: Expression | undefined;
}

/** `attribute int a[] = 1;` in components and connectors; a field of a struct, without the word. */
export interface AttributeMember {
  readonly kind: 'attribute';
  readonly span: Span;
  readonly type: TypeName;
  readonly isArray: boolean;
  readonly name: Name;
  readonly value: Expression | undefined;
}

/** `int`, `unsigned int`, `struct s`, `Buf`, a reference, or a struct that is written out in place. */
export interface TypeName {
  /** Words as written, one space between them: `unsigned int`, `struct s`, `a.b`; for a struct in place `struct`. */
  readonly text: string;
  readonly span: Span;
  /** Set when the type is a name that can be looked up: a struct or a typedef. */
  readonly reference: Reference | undefined;
  readonly fields: readonly AttributeMember[] | undefined;
}

export interface Struct {
  readonly kind: 'struct';
  readonly span: Span;
  readonly name: Name | undefined;
  readonly fields: readonly AttributeMember[];
}

export interface Composition {
  readonly kind: 'composition';
  readonly span: Span;
  readonly name: Name | undefined;
  readonly members: readonly CompositionMember[];
}
export type CompositionMember = InstanceMember | ConnectionMember | Group | Export | Opaque;

/** `component T n;`; the type may be written out in place: `component { … } n;`. */
export interface InstanceMember {
  readonly kind: 'instance';
  readonly span: Span;
  readonly type: Reference;
  readonly inline: Component | undefined;
  readonly name: Name;
}

export interface ConnectionMember {
  readonly kind: 'connection';
  readonly span: Span;
  readonly connector: Reference;
  /** A connector that is written out in place: `connection { from Event; to Event; } n(…);`. */
  readonly inline: Connector | undefined;
  readonly name: Name;
  readonly ends: readonly ConnectionEnd[];
}

/** `from a.b`: all parts but the last name the instance; a lone part an interface of the component around it. */
export interface ConnectionEnd {
  readonly kind: 'from' | 'to';
  readonly span: Span;
  readonly reference: Reference;
}

/** Instances that share an address space. */
export interface Group {
  readonly kind: 'group';
  readonly span: Span;
  readonly name: Name | undefined;
  readonly instances: readonly (InstanceMember | Opaque)[];
}

/** `export inner.a -> b;` */
export interface Export {
  readonly kind: 'export';
  readonly span: Span;
  readonly source: Reference;
  readonly destination: Reference;
}

export interface Configuration {
  readonly kind: 'configuration';
  readonly span: Span;
  readonly name: Name | undefined;
  readonly settings: readonly (Setting | Opaque)[];
}

/** `a.b = value;` or `a.b <- c.d;` */
export interface Setting {
  readonly kind: 'setting';
  readonly span: Span;
  readonly instance: Name;
  readonly attribute: Name;
  readonly value: SettingValue;
}
export type SettingValue =
  | { readonly kind: 'expression'; readonly expression: Expression }
  | {
      readonly kind: 'reference';
      readonly reference: Reference;
      readonly keys: readonly Expression[];
    }
  | Query;

/** `dtb({"path": "/soc"})["reg"]` */
export interface Query {
  readonly kind: 'query';
  readonly span: Span;
  readonly name: Name;
  readonly arguments: readonly Expression[];
  readonly keys: readonly Expression[];
}

export interface Connector {
  readonly kind: 'connector';
  readonly span: Span;
  readonly name: Name | undefined;
  readonly ends: readonly ConnectorEnd[];
  readonly attributes: readonly AttributeMember[];
}

export interface ConnectorEnd {
  readonly kind: 'from' | 'to';
  readonly span: Span;
  readonly isHardware: boolean;
  readonly type:
    'Event' | 'Events' | 'Procedure' | 'Procedures' | 'Dataport' | 'Dataports' | undefined;
  readonly threads: Expression | undefined;
}

export interface Procedure {
  readonly kind: 'procedure';
  readonly span: Span;
  readonly name: Name | undefined;
  readonly members: readonly (Method | AttributeMember | Import | Opaque)[];
}

export interface Method {
  readonly kind: 'method';
  readonly span: Span;
  /** `void` is a type like any other here. */
  readonly returns: TypeName;
  readonly name: Name;
  readonly parameters: readonly Parameter[];
}

export interface Parameter {
  readonly span: Span;
  /** Undefined when not written, which means `in`. */
  readonly direction: 'in' | 'out' | 'inout' | 'refin' | undefined;
  readonly type: TypeName;
  readonly isArray: boolean;
  readonly name: Name;
}

export type UnaryOperator = '-' | '+' | '!' | '~';
export type BinaryOperator =
  | '||'
  | '&&'
  | '|'
  | '^'
  | '&'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '<<'
  | '>>'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '**';

/** A value as written. `text` of a number keeps its base. */
export type Expression =
  | { readonly kind: 'number'; readonly span: Span; readonly text: string }
  | { readonly kind: 'boolean'; readonly span: Span; readonly value: boolean }
  /** Strings next to each other are one. */
  | { readonly kind: 'string'; readonly span: Span; readonly value: string }
  | { readonly kind: 'list'; readonly span: Span; readonly items: readonly Expression[] }
  | {
      readonly kind: 'dictionary';
      readonly span: Span;
      readonly entries: readonly { readonly key: Expression; readonly value: Expression }[];
    }
  | {
      readonly kind: 'unary';
      readonly span: Span;
      readonly operator: UnaryOperator;
      readonly operand: Expression;
    }
  | {
      readonly kind: 'binary';
      readonly span: Span;
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'conditional';
      readonly span: Span;
      readonly condition: Expression;
      readonly whenTrue: Expression;
      readonly whenFalse: Expression;
    }
  /** A name where a value belongs: a macro whose header was not found, with its arguments if it had any. */
  | { readonly kind: 'unknown'; readonly span: Span; readonly name: string };
