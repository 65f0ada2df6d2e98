/**
 * What we use of the package `assemblyscript` 0.28, and nothing else; tsconfig.json maps the package to this file.
 * Its own declarations put a second `console`, `require` and `i32` into every file, and name constants that only its
 * own compiler sees. Numbers of kinds are read from the library when it runs.
 */
export interface Options {
  noAssert: boolean;
}

export interface Source extends Node {
  readonly normalizedPath: string;
  readonly internalPath: string;
  readonly text: string;
  readonly statements: readonly Node[];
  readonly isLibrary: boolean;
  /** Of `export * from`. */
  readonly exportPaths: string[] | null;
}

/** An import, or an export of what another module has. */
export interface ImportingStatement extends Node {
  internalPath: string;
  readonly path: Node | null;
}

/** What has been asked for and what is to be read next, by internal path. */
export interface Parser {
  readonly backlog: string[];
  readonly seenlog: Set<string>;
  readonly dependees: Map<string, object>;
  readonly diagnostics: readonly unknown[];
  finish(): void;
  /** The opening brace is read already. Null: there is a mistake in it. */
  parseBlockStatement(
    tokenizer: Tokenizer,
    isTopLevel: boolean,
  ): { readonly statements: readonly unknown[] } | null;
}

export interface Tokenizer {
  readonly source: Source;
  readonly diagnostics: readonly unknown[];
  /** Behind the last token, and where that begins. */
  pos: number;
  tokenPos: number;
  clearNextToken(): void;
}

export interface Range {
  readonly start: number;
  readonly end: number;
  readonly source: Source;
}

export interface Node {
  readonly kind: number;
  readonly range: Range;
}

export interface Identifier extends Node {
  readonly text: string;
}

export interface TypeNode extends Node {
  readonly isNullable: boolean;
}

export interface NamedType extends TypeNode {
  readonly name: TypeName;
  readonly typeArguments: readonly TypeNode[] | null;
}

export interface TypeName extends Node {
  readonly identifier: Identifier;
  readonly next: TypeName | null;
}

export interface Parameter extends Node {
  readonly name: Identifier;
  readonly type: TypeNode;
}

export interface FunctionType extends TypeNode {
  readonly parameters: readonly Parameter[];
  readonly returnType: TypeNode;
}

export interface Declaration extends Node {
  readonly name: Identifier;
  readonly decorators: readonly Decorator[] | null;
  readonly flags: number;
  /** Of a variable, a field, a parameter that became a field. */
  readonly type?: TypeNode | null;
  readonly initializer?: Node | null;
}

export interface FunctionDeclaration extends Declaration {
  readonly typeParameters: readonly Node[] | null;
  readonly signature: FunctionType;
  readonly body: Node | null;
}

export interface Decorator extends Node {
  readonly name: Node;
  readonly args: readonly Node[] | null;
}

export interface DiagnosticMessage {
  readonly code: number;
  readonly category: number;
  readonly message: string;
  readonly range: Range | null;
  readonly relatedRange: Range | null;
}

export interface Type {
  readonly kind: number;
  readonly byteSize: number;
  readonly isReference: boolean;
  readonly isNullableReference: boolean;
  readonly isSignedIntegerValue: boolean;
  readonly isBooleanValue: boolean;
  readonly isFloatValue: boolean;
  readonly isIntegerValue: boolean;
  getClass(): Class | null;
  getSignature(): Signature | null;
  toString(): string;
}

export interface Signature {
  readonly parameterTypes: readonly Type[];
  readonly returnType: Type;
  readonly thisType: Type | null;
  toString(): string;
}

export interface Element {
  readonly kind: number;
  readonly name: string;
  readonly internalName: string;
  readonly parent: Element;
  readonly members: ReadonlyMap<string, Element> | null;
  readonly flags: number;
  lookup(name: string, isType?: boolean): Element | null;
}

export interface DeclaredElement extends Element {
  readonly declaration: Declaration;
}

export interface FileElement extends Element {
  readonly source: Source;
  readonly exports: ReadonlyMap<string, DeclaredElement> | null;
  readonly exportsStar: readonly FileElement[] | null;
}

export class Local implements DeclaredElement {
  readonly kind: number;
  readonly name: string;
  readonly internalName: string;
  readonly parent: Element;
  readonly members: ReadonlyMap<string, Element> | null;
  readonly flags: number;
  readonly declaration: Declaration;
  readonly index: number;
  readonly type: Type;
  lookup(name: string, isType?: boolean): Element | null;
  setConstantIntegerValue(value: { toString(): string }, type: Type): void;
}

export interface GuestFunction extends DeclaredElement {
  readonly prototype: FunctionPrototype;
  readonly signature: Signature;
  readonly localsByIndex: readonly Local[];
}

export interface FunctionPrototype extends DeclaredElement {
  readonly instances: ReadonlyMap<string, GuestFunction> | null;
}

export interface PropertyPrototype extends DeclaredElement {
  readonly instance: Property | null;
  readonly typeNode: TypeNode | null;
}

export interface Property extends DeclaredElement {
  readonly isField: boolean;
  readonly memoryOffset: number;
  readonly type: Type;
  readonly prototype: PropertyPrototype;
}

export interface ClassPrototype extends DeclaredElement {
  readonly instances: ReadonlyMap<string, Class> | null;
}

export interface Class extends DeclaredElement {
  readonly id: number;
  readonly type: Type;
  readonly base: Class | null;
  readonly prototype: ClassPrototype;
  readonly typeArguments: readonly Type[] | null;
  readonly nextMemoryOffset: number;
  readonly isInterface: boolean;
}

export interface Global extends DeclaredElement {
  readonly type: Type;
  readonly constantValueKind: number;
  readonly constantIntegerValue: { toString(): string };
}

export interface EnumValue extends DeclaredElement {
  readonly constantValueKind: number;
  readonly constantIntegerValue: { toString(): string };
}

export interface Program {
  readonly sources: readonly Source[];
  readonly filesByName: ReadonlyMap<string, FileElement>;
  readonly elementsByName: ReadonlyMap<string, Element>;
  readonly elementsByDeclaration: ReadonlyMap<Node, DeclaredElement>;
  readonly instancesByName: ReadonlyMap<string, Element>;
  readonly managedClasses: ReadonlyMap<number, Class>;
  readonly resolver: Resolver;
  readonly module: Module;
  readonly parser: Parser;
}

export interface Resolver {
  resolveFunction(
    prototype: FunctionPrototype,
    typeArguments: readonly Type[] | null,
  ): GuestFunction | null;
  resolveClass(prototype: ClassPrototype, typeArguments: readonly Type[] | null): Class | null;
}

export class Module {
  readonly ref: number;
  optimize(
    optimizeLevel: number,
    shrinkLevel: number,
    debugInfo: boolean,
    zeroFilled: boolean,
  ): void;
  validate(): boolean;
}

/** The compiler itself: what the editor uses to check functions that nothing calls. */
export class Compiler {
  constructor(program: Program);
  /** The end of static data: of the library `long`, 64 bits in two words. */
  readonly memoryOffset: { readonly low: number };
  compile(): Module;
  compileFile(file: FileElement): void;
  compileFunction(instance: GuestFunction): boolean;
}

export function newOptions(): Options;
export function setTarget(options: Options, target: number): void;
export function setRuntime(options: Options, runtime: number): void;
export function setNoAssert(options: Options, isOff: boolean): void;
export function setExportMemory(options: Options, isExported: boolean): void;
export function setSourceMap(options: Options, isMade: boolean): void;
export function setMemoryBase(options: Options, base: number): void;
export function setExportStart(options: Options, name: string | null): void;
export function setNoUnsafe(options: Options, isRefused: boolean): void;
export function setStackSize(options: Options, bytes: number): void;
export function setDebugInfo(options: Options, isMade: boolean): void;
export function setFeature(options: Options, feature: number, isOn: boolean): void;
export function setOptimizeLevelHints(options: Options, level: number, shrink: number): void;
export function setBundleVersion(
  options: Options,
  major: number,
  minor: number,
  patch: number,
): void;
export function newProgram(options: Options): Program;
export function nextDiagnostic(program: Program): DiagnosticMessage | null;
export function parse(program: Program, text: string | null, path: string, isEntry?: boolean): void;
export function nextFile(program: Program): string | null;
export function getDependee(program: Program, file: string): string | null;
export function initializeProgram(program: Program): void;

type Kinds<Name extends string> = Readonly<Record<Name, number>>;

export const NodeKind: Kinds<
  | 'NamedType'
  | 'FunctionType'
  | 'TypeName'
  | 'Parameter'
  | 'Identifier'
  | 'Assertion'
  | 'Binary'
  | 'Call'
  | 'Function'
  | 'Literal'
  | 'New'
  | 'PropertyAccess'
  | 'ElementAccess'
  | 'This'
  | 'Block'
  | 'Export'
  | 'ExportImport'
  | 'For'
  | 'ForOf'
  | 'If'
  | 'Import'
  | 'Return'
  | 'Switch'
  | 'Throw'
  | 'Try'
  | 'While'
  | 'Do'
  | 'ClassDeclaration'
  | 'EnumDeclaration'
  | 'FieldDeclaration'
  | 'FunctionDeclaration'
  | 'MethodDeclaration'
  | 'ImportDeclaration'
  | 'InterfaceDeclaration'
  | 'NamespaceDeclaration'
  | 'VariableDeclaration'
  | 'Decorator'
  | 'SwitchCase'
  | 'Expression'
  | 'Variable'
  | 'Ternary'
>;
export const LiteralKind: Kinds<'Float' | 'Integer' | 'String' | 'Template' | 'Array'>;
export const ElementKind: Kinds<
  | 'Enum'
  | 'EnumValue'
  | 'Function'
  | 'FunctionPrototype'
  | 'Class'
  | 'ClassPrototype'
  | 'Global'
  | 'Property'
  | 'PropertyPrototype'
  | 'Namespace'
  | 'TypeDefinition'
>;
export const TypeKind: Kinds<'Bool' | 'Void' | 'Isize' | 'Usize'>;
export const CommonFlags: Kinds<
  'Declare' | 'Ambient' | 'Generic' | 'Compiled' | 'Export' | 'Scoped' | 'GenericContext'
>;
export const ConstantValueKind: Kinds<'None' | 'Integer' | 'Float'>;
export const DiagnosticCategory: Kinds<'Pedantic' | 'Info' | 'Warning' | 'Error'>;
export const Feature: Kinds<
  'SignExtension' | 'MutableGlobals' | 'NontrappingF2I' | 'BulkMemory' | 'ExceptionHandling'
>;
export const Runtime: Kinds<'Minimal'>;
export const Target: Kinds<'Wasm32'>;
