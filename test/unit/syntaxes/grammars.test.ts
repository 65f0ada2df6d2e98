import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { csrs } from '../../../runtime/isa/csrs.js';
import { registers } from '../../../runtime/isa/registers.js';
import { instructions } from '../../../runtime/isa/table.js';
import { pseudoInstructions } from '../../../runtime/toolchain/assembly/pseudo-instructions.js';

interface Rule {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly include?: string;
  readonly patterns?: readonly Rule[];
  readonly captures?: Readonly<Record<string, Rule>>;
}

interface Grammar {
  readonly scopeName: string;
  readonly patterns: readonly Rule[];
  readonly repository: Readonly<Record<string, Rule>>;
}

interface Manifest {
  readonly contributes: {
    readonly grammars: readonly { language: string; scopeName: string; path: string }[];
    readonly languages: readonly { id: string; configuration: string }[];
  };
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const grammarAt = (file: string): Grammar => JSON.parse(readFileSync(file, 'utf8')) as Grammar;
const assembly = grammarAt('syntaxes/riscv-asm.tmLanguage.json');

describe('the grammar of RISC-V assembly', () => {
  it('knows every instruction of the table and every pseudo-instruction', () => {
    const known = [...instructions, ...pseudoInstructions].map(({ name }) => name);
    assert.deepEqual(
      known.filter((name) => !matchesWhole('instructions', name)),
      [],
    );
  });

  it('knows an atomic instruction with its ordering', () => {
    assert.equal(matchesWhole('instructions', 'amoswap.w.aqrl'), true);
  });

  it('takes no part of a symbol for an instruction', () => {
    for (const symbol of ['add_one', 'my.add', 'add.5', 'addx', 'add:']) {
      assert.equal(matchesWhole('instructions', symbol), false, symbol);
    }
  });

  it('knows every register by both of its names', () => {
    const names = registers.flatMap(({ name, abiName }) => [name, abiName, 'fp']);
    assert.deepEqual(
      names.filter((name) => !matchesWhole('registers', name)),
      [],
    );
  });

  it('knows every CSR', () => {
    assert.deepEqual(
      csrs.map(({ name }) => name).filter((name) => !matchesWhole('csrs', name)),
      [],
    );
  });
});

describe('every grammar', () => {
  for (const contribution of manifest.contributes.grammars) {
    const grammar = grammarAt(contribution.path);

    it(`of ${contribution.language} has the scope that the manifest names`, () => {
      assert.equal(grammar.scopeName, contribution.scopeName);
    });

    it(`of ${contribution.language} has only sound expressions and includes`, () => {
      const check = (rule: Rule): void => {
        for (const expression of [rule.match, rule.begin, rule.end]) {
          if (expression !== undefined) compile(expression);
        }
        const [, included] = /^#(.+)$/.exec(rule.include ?? '') ?? [];
        if (included !== undefined) assert.ok(grammar.repository[included], rule.include);
        for (const inner of rule.patterns ?? []) check(inner);
        for (const inner of Object.values(rule.captures ?? {})) check(inner);
      };
      for (const rule of [...grammar.patterns, ...Object.values(grammar.repository)]) check(rule);
    });
  }

  it('has a language configuration', () => {
    for (const { configuration } of manifest.contributes.languages) {
      assert.ok(existsSync(path.normalize(configuration)), configuration);
    }
  });
});

/** JavaScript knows no inline flag; the grammars use `(?i)` at the start only. */
function compile(expression: string): RegExp {
  const insensitive = expression.startsWith('(?i)');
  return new RegExp(insensitive ? expression.slice(4) : expression, insensitive ? 'i' : '');
}

/** Whether a rule of the repository takes exactly this text, and all of it. */
function matchesWhole(rule: string, text: string): boolean {
  const found = assembly.repository[rule];
  const expressions = [found?.match, ...(found?.patterns ?? []).map(({ match }) => match)];
  return expressions.some(
    (expression) => expression !== undefined && compile(expression).exec(text)?.[0] === text,
  );
}
