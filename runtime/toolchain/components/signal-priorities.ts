/**
 * Threads of one instance that wait for signals of its one notification take turns at it: who waits there wakes the others
 * (`signals.S`). So a signal for one of a high priority may be as late as one of a low priority is, and that is told.
 */
import type { InstanceBindings, ThreadBinding } from '../camkes/compile/bindings.js';
import type { Diagnostic } from '../text/diagnostic.js';
import { diagnosticAt } from '../text/source-line.js';

/** `waiting` are those whose code waits so. */
export function signalPriorities(
  { instance, ends }: InstanceBindings,
  waiting: readonly ThreadBinding[],
): Diagnostic[] {
  const ordered = [...waiting].sort((left, right) => left.priority - right.priority);
  const [lowest, highest] = [ordered[0], ordered.at(-1)];
  if (lowest === undefined || highest === undefined || lowest.priority === highest.priority)
    return [];
  const settingOf = (thread: ThreadBinding): string => `${thread.interface?.name ?? ''}_priority`;
  const said = (thread: ThreadBinding): string =>
    `${thread.interface === undefined ? 'its control thread' : `the thread of \`${thread.interface.name}\``} (priority ${String(thread.priority)})`;
  const place =
    [lowest, highest]
      .map(
        (thread) => instance.settings.get(settingOf(thread)) ?? instance.settings.get('priority'),
      )
      .find((setting) => setting !== undefined)?.place ?? instance.place;
  const shared = ends.filter(
    ({ signal, notification }) => signal !== undefined && notification !== undefined,
  );
  return [
    diagnosticAt(
      place,
      'warning',
      'signal-priorities',
      `Threads of \`${instance.name}\` wait for signals at one notification, and their priorities differ: ${said(lowest)} and ${said(highest)}. A signal for the second may wait until the first runs. Set \`${instance.name}.${settingOf(lowest)} = ${String(highest.priority)};\`, or use a connector whose consumer has a notification of its own, as seL4Notification.`,
      shared.map(({ end }) => ({
        ...end.interface.place,
        message: `\`${end.interface.name}\` is signalled there.`,
      })),
    ),
  ];
}
