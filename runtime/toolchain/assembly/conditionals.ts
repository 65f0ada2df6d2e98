/** The nesting of `.if … .elseif … .else … .endif`, and whether the statement at hand counts. */
import type { Place } from '../text/source-line.js';
import type { Report } from './report.js';

export interface Conditionals {
  readonly isActive: boolean;
  readonly depth: number;
  open(place: Place, condition: boolean): void;
  /** For a condition inside text that is left out: it is not even evaluated. */
  openInactive(place: Place): void;
  /** Whether `.elseif` has to look at its condition: no branch was taken yet. */
  readonly needsCondition: boolean;
  elseIf(place: Place, condition: boolean): void;
  otherwise(place: Place): void;
  close(place: Place): void;
  /** At the end of a file or macro: what it opened and did not close is a mistake. */
  closeTo(depth: number, where: 'file' | 'macro' | 'repeat' | 'rest'): void;
  /** After `.exitm`, which may leave from inside a condition. */
  dropTo(depth: number): void;
}

interface Level {
  readonly place: Place;
  readonly isOuterActive: boolean;
  isActive: boolean;
  wasTaken: boolean;
  otherwise: Place | undefined;
}

export function createConditionals(report: Report): Conditionals {
  const levels: Level[] = [];
  const isActive = (): boolean => levels.at(-1)?.isActive ?? true;
  const withoutIf = (place: Place, directive: string): void => {
    report.error(
      place,
      'unbalanced-conditional',
      `\`${directive}\` was found without an \`.if\` before it.`,
    );
  };
  const afterElse = (place: Place, otherwise: Place, directive: string): void => {
    report.error(
      place,
      'unbalanced-conditional',
      `\`${directive}\` was found after the \`.else\` of the same \`.if\`.`,
      [{ file: otherwise.file, range: otherwise.range, message: 'The `.else` is here.' }],
    );
  };
  return {
    get isActive() {
      return isActive();
    },
    get depth() {
      return levels.length;
    },
    get needsCondition() {
      const level = levels.at(-1);
      return level !== undefined && level.isOuterActive && !level.wasTaken;
    },
    open: (place, condition) => {
      levels.push({
        place,
        isOuterActive: isActive(),
        isActive: condition,
        wasTaken: condition,
        otherwise: undefined,
      });
    },
    openInactive: (place) => {
      levels.push({
        place,
        isOuterActive: false,
        isActive: false,
        wasTaken: true,
        otherwise: undefined,
      });
    },
    elseIf: (place, condition) => {
      const level = levels.at(-1);
      if (level === undefined) {
        withoutIf(place, '.elseif');
        return;
      }
      if (level.otherwise !== undefined) afterElse(place, level.otherwise, '.elseif');
      level.isActive = level.isOuterActive && !level.wasTaken && condition;
      level.wasTaken ||= condition;
    },
    otherwise: (place) => {
      const level = levels.at(-1);
      if (level === undefined) {
        withoutIf(place, '.else');
        return;
      }
      if (level.otherwise !== undefined) afterElse(place, level.otherwise, '.else');
      level.otherwise = place;
      level.isActive = level.isOuterActive && !level.wasTaken;
      level.wasTaken = true;
    },
    close: (place) => {
      if (levels.pop() === undefined) withoutIf(place, '.endif');
    },
    closeTo: (depth, where) => {
      while (levels.length > depth) {
        const level = levels.pop();
        if (level === undefined) return;
        const source = { file: 'file', macro: 'macro', repeat: 'repeated block', rest: 'line' }[
          where
        ];
        report.error(
          level.place,
          'unbalanced-conditional',
          `This condition is still open at the end of the ${source}; \`.endif\` is missing.`,
        );
      }
    },
    dropTo: (depth) => {
      levels.length = Math.min(levels.length, depth);
    },
  };
}
