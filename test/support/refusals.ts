/**
 * What the kernel can refuse, read from its sources, and what scripts saw refused: so that a test can say that no
 * refusal, and no cause of one, is without a script.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import type { ErrorName } from '../../runtime/abi/errors.js';
import type { LabelName } from '../../runtime/abi/labels.js';
import type { KernelFixture, Slot } from './kernel-fixture.js';

/** What is asked of which object. */
export type Request = readonly [
  object: Slot,
  label: LabelName,
  words?: readonly number[],
  caps?: readonly Slot[],
];

export interface Refusal {
  readonly sentence: string;
  /** The numbers of slots and the like: with the sentence it tells one request from another. */
  readonly request: string;
}

/** The request is refused with this code and these words, and the sentence; which `seen` then has. */
export function says(
  seen: Refusal[],
  k: KernelFixture,
  expected: readonly [ErrorName, ...number[]],
  sentence: RegExp,
  request: Request,
): void {
  k.refuses(expected, ...request);
  assert.match(k.lastRefusal, sentence);
  seen.push({ sentence: k.lastRefusal, request: JSON.stringify(request) });
}

/** One sentence that refuses, wherever it is written. */
export interface RefusalSite {
  /** Files and lines. */
  readonly places: readonly string[];
  readonly sentence: RegExp;
  /** In how many ways the conditions around it can hold: their parts between `||`. */
  readonly causes: number;
}

const folders = ['runtime/kernel/invocations', 'runtime/kernel/capabilities'];

/** Of what is too short, which `truncated` tells, truncated-messages.test.ts has every word and capability. */
export function refusalSites(): readonly RefusalSite[] {
  const sites = new Map<string, RefusalSite>();
  for (const folder of folders) {
    for (const file of readdirSync(folder)) {
      const name = path.join(folder, file);
      const text = readFileSync(name, 'utf8');
      visit(ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true), (call, made) => {
        for (const pattern of patternsOf(call, made)) {
          const line = call.getSourceFile().getLineAndCharacterOfPosition(call.getStart()).line + 1;
          const known = sites.get(pattern);
          sites.set(pattern, {
            places: [...(known?.places ?? []), `${name}:${String(line)}`],
            sentence: new RegExp(`^${pattern}$`),
            causes: (known?.causes ?? 0) + causesOf(call),
          });
        }
      });
    }
  }
  return [...sites.values()];
}

/** Calls of the functions that make a refusal. */
function visit(node: ts.Node, found: (call: ts.CallExpression, made: string) => void): void {
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
    const made = node.expression.text;
    if (['refuse', 'illegal', 'notInvocable'].includes(made)) found(node, made);
  }
  node.forEachChild((child) => {
    visit(child, found);
  });
}

/** The sentences of a refusal, each as a pattern; a refusal that is handed its sentence has none. */
function patternsOf(call: ts.CallExpression, made: string): readonly string[] {
  const last = call.arguments.at(-1);
  const patterns: string[] = [];
  const collect = (node: ts.Node): void => {
    if (ts.isTemplateExpression(node)) {
      const rest = node.templateSpans.map(({ literal }) => `.*${escaped(literal.text)}`);
      patterns.push(escaped(node.head.text) + rest.join(''));
    } else if (ts.isStringLiteralLike(node)) {
      patterns.push(made === 'notInvocable' ? `capability .*${escaped(node.text)}` : '');
    } else node.forEachChild(collect);
  };
  if (last !== undefined) collect(last);
  return patterns.filter((pattern) => /[a-z]{3}/.test(pattern));
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function causesOf(call: ts.Node): number {
  let inner = call;
  for (let outer = call.parent; !ts.isFunctionDeclaration(outer); outer = outer.parent) {
    if (ts.isArrowFunction(outer) || ts.isSourceFile(outer)) return 1;
    if (ts.isIfStatement(outer) && outer.thenStatement === inner) return parts(outer.expression);
    inner = outer;
  }
  return 1;
}

function parts(condition: ts.Expression): number {
  if (ts.isParenthesizedExpression(condition)) return parts(condition.expression);
  const isOr =
    ts.isBinaryExpression(condition) && condition.operatorToken.kind === ts.SyntaxKind.BarBarToken;
  return isOr ? parts(condition.left) + parts(condition.right) : 1;
}
