/**
 * The value of an expression while sections are being placed. Numbers are addresses of 32 bits as plain
 * numbers; what is not known yet, such as a symbol that is defined further down, has no value in this pass.
 */
import type { Place } from '../../text/source-line.js';
import type { Expression } from './tree.js';

export interface Surroundings {
  readonly dot: number;
  readonly symbol: (name: string) => number | undefined;
  readonly isDefined: (name: string) => boolean;
  readonly section: (name: string) => SectionFacts | undefined;
  readonly region: (
    name: string,
  ) => { readonly origin: number; readonly length: number } | undefined;
  readonly report: (place: Place, code: string, message: string) => void;
}

export interface SectionFacts {
  readonly address: number;
  readonly sizeBytes: number;
  readonly loadAddress: number;
  readonly alignment: number;
}

const pageBytes = 0x1000;

export function evaluate(expression: Expression, around: Surroundings): number | undefined {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'symbol': {
      if (expression.name === '.') return around.dot;
      const value = around.symbol(expression.name);
      if (value === undefined)
        around.report(
          expression.place,
          'undefined-symbol',
          `\`${expression.name}\` is not defined, neither in the script nor by an object.`,
        );
      return value;
    }
    case 'unary': {
      const value = evaluate(expression.operand, around);
      return value === undefined ? undefined : unary(expression.operator, value);
    }
    case 'binary':
      return evaluateBinary(expression, around);
    case 'choice': {
      const condition = evaluate(expression.condition, around);
      if (condition === undefined) return undefined;
      return evaluate(condition !== 0 ? expression.whenTrue : expression.whenFalse, around);
    }
    case 'call':
      return evaluateCall(expression, around);
  }
}

function unary(operator: '-' | '~' | '!' | '+', value: number): number {
  switch (operator) {
    case '-':
      return -value;
    case '~':
      return ~value >>> 0;
    case '!':
      return value === 0 ? 1 : 0;
    case '+':
      return value;
  }
}

function evaluateBinary(
  { operator, left, right, place }: Expression & { kind: 'binary' },
  around: Surroundings,
): number | undefined {
  const a = evaluate(left, around);
  const b = evaluate(right, around);
  if (a === undefined || b === undefined) return undefined;
  if ((operator === '/' || operator === '%') && b === 0) {
    around.report(place, 'script-division', 'This divides by zero.');
    return undefined;
  }
  return binaryOperators[operator]?.(a, b);
}

const truth = (value: boolean): number => (value ? 1 : 0);

const binaryOperators: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => Math.trunc(a / b),
  '%': (a, b) => a % b,
  '<<': (a, b) => a * 2 ** Math.min(b, 64),
  '>>': (a, b) => Math.floor(a / 2 ** Math.min(b, 64)),
  '&': (a, b) => (a & b) >>> 0,
  '|': (a, b) => (a | b) >>> 0,
  '^': (a, b) => (a ^ b) >>> 0,
  '&&': (a, b) => truth(a !== 0 && b !== 0),
  '||': (a, b) => truth(a !== 0 || b !== 0),
  '==': (a, b) => truth(a === b),
  '!=': (a, b) => truth(a !== b),
  '<': (a, b) => truth(a < b),
  '>': (a, b) => truth(a > b),
  '<=': (a, b) => truth(a <= b),
  '>=': (a, b) => truth(a >= b),
};

export const alignTo = (value: number, alignment: number): number =>
  alignment > 1 ? Math.ceil(value / alignment) * alignment : value;

function evaluateCall(
  { name, operands, place }: Expression & { kind: 'call' },
  around: Surroundings,
): number | undefined {
  const named = operands[0]?.kind === 'symbol' ? operands[0].name : '';
  const value = (index: number): number | undefined => {
    const operand = operands[index];
    return operand && evaluate(operand, around);
  };
  const section = (): SectionFacts | undefined => {
    const found = around.section(named);
    if (found === undefined)
      around.report(place, 'script-section', `No section \`${named}\` is placed by the script.`);
    return found;
  };
  const region = (): ReturnType<Surroundings['region']> => {
    const found = around.region(named);
    if (found === undefined)
      around.report(place, 'script-region', `MEMORY has no region \`${named}\`.`);
    return found;
  };
  switch (name) {
    case 'ADDR':
      return section()?.address;
    case 'SIZEOF':
      // A section that nothing went into is not there, and has no bytes.
      return around.section(named)?.sizeBytes ?? 0;
    case 'LOADADDR':
      return section()?.loadAddress;
    case 'ALIGNOF':
      return section()?.alignment;
    case 'ORIGIN':
      return region()?.origin;
    case 'LENGTH':
      return region()?.length;
    case 'DEFINED':
      return truth(around.isDefined(named));
    case 'CONSTANT':
      return pageBytes;
    case 'SEGMENT_START':
      return value(1);
    case 'ALIGN':
    case 'BLOCK': {
      const [first, second] = [value(0), operands.length > 1 ? value(1) : undefined];
      if (first === undefined || (operands.length > 1 && second === undefined)) return undefined;
      return second === undefined ? alignTo(around.dot, first) : alignTo(first, second);
    }
    case 'NEXT':
    case 'DATA_SEGMENT_ALIGN':
      return alignTo(around.dot, value(0) ?? 1);
    case 'DATA_SEGMENT_RELRO_END':
      return value(1);
    case 'ABSOLUTE':
    case 'ASSERT':
    case 'DATA_SEGMENT_END':
      return value(0);
    case 'MAX':
    case 'MIN': {
      const [a, b] = [value(0), value(1)];
      if (a === undefined || b === undefined) return undefined;
      return name === 'MAX' ? Math.max(a, b) : Math.min(a, b);
    }
    case 'LOG2CEIL': {
      const operand = value(0);
      return operand === undefined ? undefined : Math.ceil(Math.log2(Math.max(operand, 1)));
    }
    default:
      return undefined;
  }
}
