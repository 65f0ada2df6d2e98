/**
 * Queues in shared memory. A virtqueue is between two ends, a driver and a device, which signal each other's one
 * notification; the one `to` end of the connection may say which of several belong together. A message queue has a
 * notification with which its sender wakes the receiver.
 */
import type { ConnectionEndpoint } from '../system.js';
import { entryOf } from '../query-value.js';
import { largestPageOf, smallPageBits } from './architecture.js';
import type { EndScope } from './context.js';
import {
  bindEnd,
  maximumPagesOfRegion,
  objectIn,
  report,
  settingsOf,
  shareMemory,
  slotIn,
} from './context.js';
import { hasSetting, integerSetting, isKnownSetting } from './setting-values.js';
import { renderSharedData } from './shared-data.js';
import { provideSharedNotification, signalBadgeOf, signalOf } from './shared-notification.js';

type QueueSide = 'drv' | 'dev';

const sideOf = ({ interface: { type } }: ConnectionEndpoint): QueueSide =>
  type === 'VirtQueueDrv' ? 'drv' : 'dev';

const endName = ({ instance, interface: { name } }: ConnectionEndpoint): string =>
  `${instance.name}.${name}`;

export function renderVirtQueue(scope: EndScope): void {
  const { end } = scope;
  const other = otherEndOf(scope);
  if (other === undefined) return;
  const [driver, device] = sideOf(end) === 'drv' ? [end, other] : [other, end];
  shareQueue(scope, other, `${endName(driver)}_${endName(device)}_data`.replaceAll('.', '_'));
  const signal = provideSharedNotification(scope, other, { isReader: false });
  const notification = provideSharedNotification(scope, end, { isReader: true });
  bindEnd(scope, {
    signals: [signal],
    notification,
    signal: signalOf(scope, [signalBadgeOf(scope, end)]),
  });
}

/** The end at the other side of the queue: by the topology, or the only other one. */
function otherEndOf(scope: EndScope): ConnectionEndpoint | undefined {
  const { context, connection, end } = scope;
  const { from, to } = connection;
  const [queue] = to;
  if (queue === undefined) return undefined;
  const owner = queue.instance.name;
  const setting = settingsOf(context, owner).get(`${queue.interface.name}_topology`);
  if (setting !== undefined && !isKnownSetting(context, setting)) return undefined;
  const pairs = setting?.value.kind === 'list' ? setting.value.items : [];
  if (pairs.length === 0) {
    if (from.length === 2) return from.find((each) => each !== end);
    report(
      context,
      connection.place,
      'error',
      'queue-topology',
      `\`${connection.name}\` has ${String(from.length)} ends, so which belong together must be said: \`${owner}.${queue.interface.name}_topology = [{"drv": "a.queue", "dev": "b.queue"}];\`.`,
    );
    return undefined;
  }
  const side = sideOf(end);
  const textOf = (pair: (typeof pairs)[number], name: QueueSide): string | undefined => {
    const value = entryOf(pair, name);
    return value?.kind === 'string' ? value.value : undefined;
  };
  const own = pairs.filter((pair) => textOf(pair, side) === endName(end));
  const [pair] = own;
  const wanted = pair && textOf(pair, side === 'drv' ? 'dev' : 'drv');
  const other = from.find((each) => endName(each) === wanted);
  if (own.length === 1 && other !== undefined) return other;
  const problem =
    own.length !== 1
      ? `names \`${endName(end)}\` ${own.length === 0 ? 'nowhere' : 'more than once'} as \`${side}\``
      : `connects \`${endName(end)}\` with \`${wanted ?? ''}\`, which is no end of \`${connection.name}\``;
  report(
    context,
    setting?.place ?? end.place,
    'error',
    'queue-topology',
    `\`${owner}.${queue.interface.name}_topology\` ${problem}.`,
    [{ ...end.place, message: 'The end of the connection.' }],
  );
  return undefined;
}

const queueBytes = 8192n;

function shareQueue(scope: EndScope, other: ConnectionEndpoint, name: string): void {
  const { context, end } = scope;
  const bytesOf = ({ instance, interface: port }: ConnectionEndpoint): bigint =>
    integerSetting(context, instance.name, `${port.name}_shmem_size`) ?? queueBytes;
  const sizeBytes = bytesOf(end);
  const setting = `${end.interface.name}_shmem_size`;
  const place = settingsOf(context, end.instance.name).get(setting)?.place ?? end.place;
  if (sizeBytes !== bytesOf(other))
    report(
      context,
      place,
      'error',
      'queue-size',
      `\`${endName(end)}\` has a queue of ${String(sizeBytes)} bytes, and \`${endName(other)}\` at its other side one of ${String(bytesOf(other))}. Set \`${end.instance.name}.${setting}\` and \`${other.instance.name}.${other.interface.name}_shmem_size\` to the same.`,
    );
  const pageBits = largestPageOf(context.architecture, sizeBytes);
  const pageCount = sizeBytes >> BigInt(pageBits ?? smallPageBits);
  if (pageBits === undefined || pageCount > maximumPagesOfRegion) {
    report(
      context,
      place,
      'error',
      'memory-size',
      `\`${end.instance.name}.${setting}\` is ${String(sizeBytes)}; expected a multiple of 4096, the size of a page. No memory is shared.`,
    );
    return;
  }
  const memory = shareMemory(scope, {
    name,
    symbol: name,
    pageBits,
    pageCount: Number(pageCount),
    rights: 'RWX',
  });
  bindEnd(scope, { memory });
}

export function renderMessageSender(scope: EndScope): void {
  renderMessageEnd(scope, '');
}

export function renderMessageReceiver(scope: EndScope): void {
  renderMessageEnd(scope, '_cap');
}

function renderMessageEnd(scope: EndScope, suffix: '' | '_cap'): void {
  const { context, connection, end } = scope;
  const [sender] = connection.from;
  if (sender === undefined) return;
  renderSharedData(scope);
  const name = `${sender.instance.name}_${sender.interface.name}_receiver_ntfn`;
  const notification = objectIn(scope, name, 'notification');
  const slot = slotIn(scope, name + suffix, notification, { rights: 'RW', badge: 1n });
  bindEnd(scope, suffix === '' ? { signals: [slot] } : { notification: slot });
  if (connection.from.length !== 1 || connection.to.length !== 1)
    report(
      context,
      connection.place,
      'error',
      'queue-ends',
      `A message queue is between one sender and one receiver; \`${connection.name}\` has ${String(connection.from.length)} and ${String(connection.to.length)}.`,
    );
  const id = `${end.interface.name}_id`;
  if (hasSetting(context, end.instance.name, id)) return;
  report(
    context,
    end.place,
    'error',
    'missing-setting',
    `\`${end.instance.name}.${id}\` is not set; it is the number of the queue, which tells the queues of \`${end.instance.name}\` apart. Add \`${end.instance.name}.${id} = 1;\` to the configuration.`,
  );
}
