/** Hovers for registers, CSRs and numbers. */
import { findCsr } from '../../runtime/isa/csrs.js';
import type { Register } from '../../runtime/isa/registers.js';
import { findRegister } from '../../runtime/isa/registers.js';

export function describeRegister(text: string): string | undefined {
  const register = findRegister(text);
  if (register === undefined) return undefined;
  const { name, abiName, role } = register;
  return `**${abiName}** (${name})\n\n${role}\n\n${savedText(register)}`;
}

export function describeCsr(text: string): string | undefined {
  const csr = findCsr(text);
  if (csr === undefined) return undefined;
  const access = csr.readOnly ? 'read only' : 'read and write';
  const mode = { 0: 'user', 1: 'supervisor', 3: 'machine' }[csr.privilege];
  const head = `**${csr.name}** — CSR 0x${csr.number.toString(16)}, ${access}, from ${mode} mode\n\n${csr.doc}`;
  if (csr.fields === undefined) return head;
  const rows = csr.fields.map(({ name, high, low, doc }) => {
    const where = high === low ? String(high) : `${high}:${low}`;
    return `| ${where} | ${name} | ${doc.replaceAll('|', '\\|')} |`;
  });
  return `${head}\n\n| Bits | Field | |\n|:--|:--|:--|\n${rows.join('\n')}`;
}

export function describeNumber(value: number): string {
  const unsigned = value >>> 0;
  const rows = [
    ['decimal', String(value)],
    // A value beyond 32 bits has only one reading.
    ...(unsigned === value && value > 0x7fffffff ? [['signed', String(value | 0)]] : []),
    ['hexadecimal', `0x${value.toString(16)}`],
    ['binary', `0b${grouped(value.toString(2))}`],
    ...(value >= 0x20 && value < 0x7f ? [['character', `'${String.fromCharCode(value)}'`]] : []),
  ];
  const lines = rows.map(([name, text]) => `| ${String(name)} | \`${String(text)}\` |`);
  return `| | |\n|:--|:--|\n${lines.join('\n')}`;
}

function savedText({ savedBy }: Register): string {
  switch (savedBy) {
    case 'caller':
      return 'Saved by the caller: a call may change it.';
    case 'callee':
      return 'Saved by the callee: it has its old value after a call.';
    case 'nobody':
      return 'Not saved across calls: its value is fixed by the system.';
  }
}

/** `10110010` as `1011_0010`. */
function grouped(binary: string): string {
  return binary.replaceAll(/\B(?=(?:\d{4})+$)/g, '_');
}
