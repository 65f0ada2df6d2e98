/**
 * The order of blocks in memory: jumps to jumps are shortened, what is hardly ever run goes to the end, and the test
 * at the top of a loop goes to its bottom, so that a round takes one branch and no jump.
 */
import type { CodeBlock } from './instruction-list.js';
import { codeTargets } from './instruction-list.js';

export function arrange(all: readonly CodeBlock[], isReturnShort: boolean): CodeBlock[] {
  const [entry] = all;
  if (entry === undefined) return [];
  for (const block of all) shortenJumps(block);
  const reached = reachable(entry);
  const live = all.filter((block) => reached.has(block));
  if (isReturnShort) copyReturns(live);
  const again = reachable(entry);
  const ordered = live.filter((block) => again.has(block));
  const warm = ordered.filter((block) => !block.isCold || block === entry);
  const cold = ordered.filter((block) => block.isCold && block !== entry);
  return [...rotateLoops(warm), ...cold];
}

function reachable(entry: CodeBlock): Set<CodeBlock> {
  const reached = new Set([entry]);
  const work = [entry];
  for (let block = work.pop(); block !== undefined; block = work.pop())
    for (const next of codeTargets(block.exit))
      if (!reached.has(next)) {
        reached.add(next);
        work.push(next);
      }
  return reached;
}

function shortenJumps({ exit }: CodeBlock): void {
  if (exit.kind === 'jump') exit.to = finalTarget(exit.to);
  else if (exit.kind === 'switch') exit.targets = exit.targets.map(finalTarget);
  else if (exit.kind === 'branch') {
    exit.then = finalTarget(exit.then);
    exit.otherwise = finalTarget(exit.otherwise);
  }
}

function finalTarget(block: CodeBlock): CodeBlock {
  let last = block;
  // Empty blocks may go round in a circle.
  for (let steps = 0; steps < 64; steps++) {
    if (last.instructions.length > 0 || last.exit.kind !== 'jump') break;
    last = last.exit.to;
  }
  return last;
}

/** Returning takes no more than the jump to it. */
function copyReturns(blocks: readonly CodeBlock[]): void {
  for (const block of blocks) {
    const { exit } = block;
    if (exit.kind !== 'jump') continue;
    if (exit.to.exit.kind === 'return' && exit.to.instructions.length === 0)
      block.exit = { kind: 'return' };
  }
}

function rotateLoops(blocks: readonly CodeBlock[]): CodeBlock[] {
  const order = [...blocks];
  for (const block of blocks) {
    const { exit, loop } = block;
    // The latch: the last block of the loop, which jumps back to the test at its top.
    if (exit.kind !== 'jump' || loop === undefined) continue;
    const header = exit.to;
    const [from, last] = [order.indexOf(header), order.indexOf(block)];
    if (header.exit.kind !== 'branch' || from <= 0 || from >= last) continue;
    const isInside = (target: CodeBlock): boolean => {
      const index = order.indexOf(target);
      return index >= from && index <= last;
    };
    const staysIn = (target: CodeBlock): boolean => target.isCold || isInside(target);
    if (staysIn(header.exit.then) && staysIn(header.exit.otherwise)) continue;
    // What ran into the loop from above must not run into its body now; it jumps, once.
    order.splice(from, 1);
    order.splice(last, 0, header);
  }
  return order;
}
