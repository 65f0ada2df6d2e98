/** The steps for interrupts: a handler for each, and the notification that it signals. */
import { initialSlot } from '../../../abi/boot-info.js';
import { allRights } from '../../../abi/cap-rights.js';
import { deliveringCapability } from '../loaded-state.js';
import { copyToSpare, dataWord, pointerTo, rightsWord, type Loading } from './loading.js';
import { objectCNode } from './places.js';

export function handleInterrupts(loading: Loading): void {
  const { spec, objects, places, steps } = loading;
  for (const [irq, name] of [...spec.irqs].sort(([a], [b]) => a - b)) {
    const handler = objects.get(name);
    if (handler === undefined) continue;
    steps.push({
      kind: 'IRQIssueIRQHandler',
      about: name,
      target: initialSlot.irqControl,
      capabilities: [objectCNode],
      words: [irq, places.of(name), 'depth'],
    });
    const stated = handler.slots.get(0);
    if (stated === undefined) continue;
    const signal = deliveringCapability(stated, 'signal');
    const badge = dataWord(signal, 'notification');
    let notification = pointerTo(loading, signal.object);
    if (badge !== 0 || rightsWord(signal.rights) !== allRights) {
      const place = copyToSpare(loading, signal.object, rightsWord(signal.rights), badge);
      loading.copies.push({ place, name: signal.object });
      notification = objectCNode + place;
    }
    steps.push({
      kind: 'IRQSetIRQHandler',
      about: name,
      holder: signal.object,
      target: pointerTo(loading, name),
      capabilities: [notification],
      words: [],
    });
  }
}
