/** A hover for a name: what it is, its value as far as the assembler knows it, and where it is defined. */
import type { ObjectSymbol } from '../../runtime/toolchain/object-file.js';
import type { Analysis } from './analyses.js';
import type { ClassifiedToken } from './classified-line.js';
import { definitionsOf } from './symbol-places.js';

export function describeSymbol(analysis: Analysis, token: ClassifiedToken): string | undefined {
  const { object } = analysis.program.assembled;
  const symbol = object.symbols.find(({ name }) => name === token.text);
  const [place] = definitionsOf(analysis, token);
  const where =
    place === undefined ? '' : `\n\nDefined at ${place.path}:${place.range.start.line + 1}`;
  const comment =
    place === undefined ? undefined : commentAbove(analysis, place.path, place.range.start.line);
  const about = comment === undefined ? '' : `\n\n${comment}`;
  if (symbol !== undefined) {
    const sections = object.sections.map(({ name }) => name);
    return `**${symbol.name}** — ${symbolText(symbol, sections)}${about}${where}`;
  }
  // A macro, a numeric label, or a constant that no symbol table keeps.
  return place === undefined ? undefined : `**${token.text}**${about}${where}`;
}

function symbolText(symbol: ObjectSymbol, sections: readonly string[]): string {
  const { definition, sizeBytes } = symbol;
  const size = sizeBytes > 0 ? `, ${sizeBytes} bytes` : '';
  switch (definition.kind) {
    case 'section': {
      const section = sections[definition.section] ?? '?';
      const kind = {
        function: 'function',
        object: 'object',
        section: 'section',
        file: 'file',
        none: 'label',
      };
      return `${symbol.binding} ${kind[symbol.kind]} at \`${section}+0x${definition.offset.toString(16)}\`${size}`;
    }
    case 'absolute':
      return `constant \`${definition.value}\` = \`0x${(definition.value >>> 0).toString(16)}\``;
    case 'common':
      return `common block of ${definition.sizeBytes} bytes, aligned to ${definition.alignmentBytes}`;
    case 'undefined':
      return symbol.binding === 'weak'
        ? 'weak and not defined here: 0 unless the linker finds it'
        : 'not defined here: the linker has to find it';
  }
}

/** Comment lines right above a definition say what it is. */
function commentAbove(analysis: Analysis, path: string, line: number): string | undefined {
  const lines = analysis.linesOf(path);
  const comment: string[] = [];
  for (let above = line - 1; above >= 0 && comment.length < 12; above -= 1) {
    const text = /^\s*(?:#+|\/\/+)\s?(.*)$/.exec(lines[above]?.text ?? '')?.[1];
    if (text === undefined) break;
    comment.unshift(text);
  }
  const text = comment
    .join(' ')
    .replaceAll(/[\\`*_[\]<>|]/g, '\\$&')
    .trim();
  return /\w/.test(text) ? text : undefined;
}
