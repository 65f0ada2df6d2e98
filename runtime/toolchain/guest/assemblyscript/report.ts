/** How the checks of a program say what is wrong: at a range of the library's, with a rule and a sentence. */
import type { Range } from 'assemblyscript';
import type { Diagnostic } from '../../text/diagnostic.js';
import type { Places } from './places.js';

export type Report = (
  range: Range,
  code: string,
  message: string,
  related?: { readonly range: Range; readonly message: string },
) => void;

export function reportTo(
  diagnostics: Diagnostic[],
  places: Places,
  pathOf: (libraryPath: string) => string,
): Report {
  return (range, code, message, related) => {
    diagnostics.push({
      file: pathOf(range.source.normalizedPath),
      range: places.rangeOf(range),
      severity: 'error',
      code,
      message,
      ...(related === undefined
        ? {}
        : {
            related: [
              {
                file: pathOf(related.range.source.normalizedPath),
                range: places.rangeOf(related.range),
                message: related.message,
              },
            ],
          }),
    });
  };
}
