/**
 * What is wrong with a component, procedure or configuration by itself: names that C cannot have, since
 * the glue code is C, and flags and members that exclude each other. Stage 10 of the reference tools.
 */
import type { CamkesFile } from './read-file.js';
import { editOf, fixOf, relatedAt, replaceFix, reportIn, type Report } from './report.js';
import type { Names } from './resolve.js';
import { articleOf, membersOfKind, nounOf, type CamkesSymbol } from './symbol.js';
import type { Name } from './tree.js';

export function checkDeclarations({ ownSymbols, report }: Names): void {
  for (const symbol of ownSymbols) {
    if (symbol.kind === 'component') checkComponent(report, symbol);
    if (symbol.kind === 'configuration') {
      for (const setting of symbol.node.settings)
        if (setting.kind === 'setting')
          checkCName(report, symbol.file, setting.attribute, 'setting');
    }
    const isInConnector = symbol.container?.kind === 'connector';
    if (symbol.kind === 'method' || symbol.kind === 'parameter')
      checkCName(report, symbol.file, symbol.node.name, symbol.kind);
    if (symbol.kind === 'attribute' && !isInConnector)
      checkCName(report, symbol.file, symbol.node.name, 'attribute');
  }
}

function checkComponent(report: Report, symbol: CamkesSymbol<'component'>): void {
  const { file, node, name } = symbol;
  const control = node.members.find(({ kind }) => kind === 'control');
  const hardware = node.members.find(({ kind }) => kind === 'hardware');
  if (hardware === undefined) return;
  const isHardware = relatedAt(file.source.placeOf(hardware.span), 'It is hardware by this.');
  const who = name === '' ? 'This component' : `Component \`${name}\``;
  if (control !== undefined)
    reportIn(report, file, control.span, {
      code: 'control-hardware',
      message: `${who} is hardware, which runs no code, so it cannot have a control thread, too.`,
      related: [isHardware],
      fixes: [
        fixOf('Remove `control;`', [editOf(file, control.span, '')]),
        fixOf('Remove `hardware;`', [editOf(file, hardware.span, '')]),
      ],
    });
  for (const has of membersOfKind(symbol, 'has')) {
    if (has.node.kind !== 'mutex' && has.node.kind !== 'semaphore') continue;
    reportIn(report, file, has.nameSpan, {
      code: 'hardware-lock',
      message: `${who} is hardware, which runs no code, so it cannot have the ${nounOf(has)} \`${has.name}\`.`,
      related: [isHardware],
      fixes: [fixOf(`Remove \`${has.name}\``, [editOf(file, has.span, '')])],
    });
  }
}

function checkCName(report: Report, file: CamkesFile, name: Name, noun: string): void {
  if (!cKeywords.has(name.text)) return;
  reportIn(report, file, name.span, {
    code: 'c-keyword',
    message: `\`${name.text}\` is a keyword of C, in which the glue code is written, so it cannot name ${articleOf(noun)} ${noun}.`,
    fixes: [replaceFix(file, name.span, `${name.text}_`)],
  });
}

/** C's, and those of GCC, Clang and the compilers of Microsoft and Apple that the reference tools refuse. */
export const cKeywords: ReadonlySet<string> = new Set(
  `auto break case char const continue default do double else enum extern float for goto if inline int
  long register restrict return short signed sizeof static struct switch typedef union unsigned void
  volatile while asm typeof wchar_t
  _Alignas _Alignof _Atomic _Bool _Complex _Generic _Imaginary _Noreturn _Static_assert _Thread_local
  _Decimal32 _Decimal64 _Decimal128
  __FUNCTION__ __PRETTY_FUNCTION__ __func__ __alignof __alignof__ __asm __asm__ __attribute __attribute__
  __builtin_choose_expr __builtin_convertvector __builtin_offsetof __builtin_types_compatible_p
  __builtin_va_arg __cdecl __complex __complex__ __const __const__ __declspec __extension__ __fastcall
  __fp16 __imag __imag__ __inline __inline__ __int128 __label__ __module_private__ __objc_no __objc_yes
  __pascal __private_extern__ __real __real__ __restrict __restrict__ __signed __signed__ __stdcall
  __thiscall __thread __typeof __typeof__ __unknown_anytype __vectorcall __volatile __volatile__`.split(
    /\s+/,
  ),
);
