/** The text of the runtime of components, by the paths that its own includes lead to. */
import calls from './calls.S.js';
import consoleText from './console.S.js';
import counters from './counters.S.js';
import dma from './dma.S.js';
import errors from './errors.S.js';
import events from './events.S.js';
import faults from './faults.S.js';
import guest from './guest.S.js';
import heap from './heap.S.js';
import interrupts from './interrupts.S.js';
import locks from './locks.S.js';
import memory from './memory.S.js';
import message from './message.S.js';
import signals from './signals.S.js';
import single from './single.S.js';
import stringArrays from './string-arrays.S.js';
import start from './start.S.js';
import thread from './thread.inc.S.js';
import turns from './turns.S.js';

export const componentFolder = 'builtin:/component';

/** Each is an object of its own; a program gets those that it uses. */
export const componentModules: ReadonlyMap<string, string> = new Map([
  [`${componentFolder}/start.S`, start],
  [`${componentFolder}/locks.S`, locks],
  [`${componentFolder}/message.S`, message],
  [`${componentFolder}/events.S`, events],
  [`${componentFolder}/counters.S`, counters],
  [`${componentFolder}/signals.S`, signals],
  [`${componentFolder}/single.S`, single],
  [`${componentFolder}/faults.S`, faults],
  [`${componentFolder}/interrupts.S`, interrupts],
  [`${componentFolder}/memory.S`, memory],
  [`${componentFolder}/heap.S`, heap],
  [`${componentFolder}/dma.S`, dma],
  [`${componentFolder}/errors.S`, errors],
  [`${componentFolder}/console.S`, consoleText],
  [`${componentFolder}/guest.S`, guest],
  [`${componentFolder}/turns.S`, turns],
  [`${componentFolder}/calls.S`, calls],
  [`${componentFolder}/string-arrays.S`, stringArrays],
]);

export const threadLayoutPath = `${componentFolder}/thread.inc.S`;
export const threadLayout = thread;
