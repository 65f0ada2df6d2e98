/**
 * From which call each piece of code comes. The library puts the bodies of functions with `@inline` into their callers
 * and forgets where; it gives each expression a line and a column, and nothing else gets through the optimiser. So
 * what is known of an expression is noted while the library compiles it, and the number of the note goes along in
 * place of the column.
 */
import binaryen from 'assemblyscript/binaryen';
import type { Compiler, GuestFunction, Local, Module, Range } from 'assemblyscript';

/** A call that the library replaced by the body of the function. */
export interface NotedCall {
  readonly callee: GuestFunction;
  /** The expression in the caller. */
  readonly call: Range | undefined;
  /** The call that the caller itself is in the place of. */
  readonly outer: NotedCall | undefined;
  /** The function that the code is in at last. */
  readonly within: GuestFunction;
  /** Locals that were made for it in that function; those of calls inside of it are theirs. */
  readonly locals: Set<Local>;
}

export interface PlaceNote {
  /** The function whose code it was before anything was optimised. */
  readonly within: GuestFunction;
  readonly call: NotedCall | undefined;
  readonly range: Range;
  /** Counts from zero, as the library does. */
  readonly column: number;
}

export interface PlaceNotes {
  /** By the number that stands for the column. */
  readonly notes: readonly PlaceNote[];
  /** All locals that were made for calls that were replaced. */
  readonly inlinedLocals: ReadonlySet<Local>;
}

type Expression = number;
type AddLocation = (expression: Expression, range: Range) => void;
type CompileExpression = (expression: { readonly range: Range }, ...more: unknown[]) => Expression;
type SetLocal = (index: number, value: Expression, ...more: unknown[]) => Expression;
type CompileStatement = (statement: { readonly range: Range }) => Expression;
type MakeCallDirect = (callee: GuestFunction, ...more: unknown[]) => Expression;
type MakeCallInline = (callee: GuestFunction, ...more: unknown[]) => Expression;
type CompileFunction = (instance: GuestFunction, force?: boolean) => boolean;
type SetLocation = (
  functionRef: number,
  expression: Expression,
  file: number,
  line: number,
  column: number,
) => void;

/** What of the compiler is watched; it has more. */
interface Watched {
  readonly currentFlow: { readonly targetFunction: GuestFunction };
  readonly module: Module;
  addDebugLocation: AddLocation;
}

/**
 * From now on; the compiler itself is as it was, but for the columns. `assignments`: each has a place, also where the
 * library gives it none, so that it can be told what becomes of it.
 */
export function notePlaces(
  compiler: Compiler,
  { assignments }: { readonly assignments: 'all' | 'asExpressions' },
): PlaceNotes {
  const watched = compiler as unknown as Watched;
  const notes: PlaceNote[] = [];
  const inlinedLocals = new Set<Local>();
  const known = new Map<Expression, Omit<PlaceNote, 'column'>>();
  let call: NotedCall | undefined;
  let expression: Range | undefined;
  let last: Range | undefined;
  const callIn = (within: GuestFunction): NotedCall | undefined =>
    call?.within === within ? call : undefined;

  around<AddLocation>(compiler, 'addDebugLocation', (inherited) => (each, range) => {
    const within = watched.currentFlow.targetFunction;
    known.set(each, { within, call: callIn(within), range });
    inherited(each, range);
  });
  around<SetLocation>(
    watched.module,
    'setDebugLocation',
    (inherited) => (into, each, file, line, column) => {
      const note = known.get(each);
      if (note === undefined) return;
      inherited(into, each, file, line, notes.length);
      notes.push({ ...note, column });
    },
  );
  // The library gives no line to what a `throw` becomes.
  around<CompileStatement>(compiler, 'compileThrowStatement', (inherited) => (statement) => {
    const result = inherited(statement);
    for (const each of binaryen.getExpressionInfo(result).children ?? [])
      watched.addDebugLocation(each, statement.range);
    return result;
  });
  around<CompileExpression>(compiler, 'compileExpression', (inherited) => (each, ...more) => {
    const outer = expression;
    expression = each.range;
    const result = inherited(each, ...more);
    expression = outer;
    last = each.range;
    // Where nobody wants the value, the library gives the line to what drops it alone.
    const dropped = droppedBy(result);
    if (dropped !== undefined && !known.has(dropped)) watched.addDebugLocation(dropped, each.range);
    return result;
  });
  // Of `text += 'x'` the library gives the line to the assignment alone, and not to what is called for the operator.
  if (assignments === 'all')
    around<MakeCallDirect>(compiler, 'makeCallDirect', (inherited) => (callee, ...more) => {
      const result = inherited(callee, ...more);
      const range = expression ?? last;
      if (range !== undefined && !known.has(result)) watched.addDebugLocation(result, range);
      return result;
    });
  if (assignments === 'all')
    for (const name of ['local_set', 'local_tee'])
      around<SetLocal>(watched.module, name, (inherited) => (index, value, ...more) => {
        const result = inherited(index, value, ...more);
        const range = expression ?? last;
        // What it assigns has its place already; one that comes later counts.
        if (range !== undefined) watched.addDebugLocation(result, range);
        return result;
      });
  around<CompileFunction>(compiler, 'compileFunction', (inherited) => (instance, force) => {
    const [outerCall, outerExpression, outerLast] = [call, expression, last];
    call = undefined;
    expression = undefined;
    last = undefined;
    const result = inherited(instance, force);
    call = outerCall;
    expression = outerExpression;
    last = outerLast;
    return result;
  });
  around<MakeCallInline>(compiler, 'makeCallInline', (inherited) => (callee, ...more) => {
    const within = watched.currentFlow.targetFunction;
    const outer = call;
    const before = new Set(within.localsByIndex);
    const made: NotedCall = {
      callee,
      call: expression,
      outer: callIn(within),
      within,
      locals: new Set(),
    };
    call = made;
    const result = inherited(callee, ...more);
    call = outer;
    for (const local of within.localsByIndex) {
      if (before.has(local) || inlinedLocals.has(local)) continue;
      made.locals.add(local);
      inlinedLocals.add(local);
    }
    return result;
  });
  return { notes, inlinedLocals };
}

function droppedBy(expression: Expression): Expression | undefined {
  if (binaryen.getExpressionId(expression) !== binaryen.DropId) return undefined;
  return binaryen.getExpressionInfo(expression).value;
}

/** Covers a method of one object, which goes on to it. */
function around<Method extends (...parameters: never[]) => unknown>(
  target: object,
  name: string,
  make: (inherited: Method) => Method,
): void {
  const inherited: unknown = Reflect.get(target, name);
  if (typeof inherited !== 'function') throw new Error(`the library has no ${name}`);
  const bound = inherited.bind(target) as Method;
  Object.defineProperty(target, name, { configurable: true, value: make(bound) });
}
