/** Connections: badges that are chosen twice, memory that is too large, direct calls between address spaces. */
import type { Diagnostic, RelatedPlace } from '../../text/diagnostic.js';
import type { Place } from '../../text/source-line.js';
import { diagnosticAt } from '../../text/source-line.js';
import type { CamkesSystem, Connection, ConnectionEndpoint } from '../system.js';

/** More than a 32-bit address space. */
const maximumDataportBytes = 1n << 32n;
const pageBytes = 4096n;
const sharedDataConnectors = ['seL4SharedData', 'cantripSharedData', 'seL4DMASharedData'];
/** Their clients have a badge each. */
const badgedConnectors = [
  'seL4RPCCall',
  'seL4RPCCallNoType',
  'seL4RPCCallSignal',
  'cantripRPCCall',
  'cantripRPCCallSignal',
  'cantripRPCOverMultiSharedData',
  'cantripRPCSignalOverMultiSharedData',
];

export function checkConnections(system: CamkesSystem): Diagnostic[] {
  return system.connections.flatMap((connection) => [
    ...checkBadges(connection),
    ...checkDataports(connection),
    ...checkDirectCall(connection),
  ]);
}

function checkBadges(connection: Connection): Diagnostic[] {
  if (!badgedConnectors.includes(connection.connector.name)) return [];
  const chosen = new Map<string, ConnectionEndpoint>();
  return connection.from.flatMap((end) => {
    const setting = end.instance.settings.get(`${end.interface.name}_attributes`);
    const value = setting?.value;
    if (setting === undefined || (value?.kind !== 'integer' && value?.kind !== 'string')) return [];
    const badge = String(value.value).replaceAll('"', '');
    const other = chosen.get(badge);
    chosen.set(badge, end);
    // One client may well have two ends that the server need not tell apart.
    if (other === undefined || other.instance === end.instance) return [];
    return [
      diagnosticAt(
        setting.place,
        'warning',
        'badge-collision',
        `\`${nameOf(end)}\` has the badge ${badge}, which \`${nameOf(other)}\` has already, in the connection \`${connection.name}\`. The server cannot tell the two apart; choose another number.`,
        [related(other.place, `The end of \`${other.instance.name}\`.`)],
      ),
    ];
  });
}

function checkDataports(connection: Connection): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const ends = [...connection.from, ...connection.to];
  for (const end of ends) {
    const bytes = end.interface.sizeBytes;
    if (bytes === undefined || bytes <= maximumDataportBytes) continue;
    diagnostics.push(
      diagnosticAt(
        end.interface.place,
        'error',
        'dataport-too-large',
        `The dataport \`${nameOf(end)}\` has ${String(bytes)} bytes; an address space has ${String(maximumDataportBytes)}. Make it smaller.`,
        [related(end.place, 'It is connected here.')],
      ),
    );
  }
  if (!sharedDataConnectors.includes(connection.connector.name)) return diagnostics;
  for (const end of ends) {
    const bytes = end.interface.sizeBytes;
    if (bytes === undefined || bytes % pageBytes === 0n || bytes > maximumDataportBytes) continue;
    diagnostics.push(
      diagnosticAt(
        end.interface.place,
        'error',
        'dataport-size',
        `The dataport \`${nameOf(end)}\` has ${String(bytes)} bytes; ${connection.connector.name} shares pages of 4096 bytes. Write \`Buf(${String((bytes / pageBytes + 1n) * pageBytes)})\`.`,
        [related(end.place, 'It is connected here.')],
      ),
    );
  }
  const size = connection.settings.get('size');
  const sized = ends.find(({ interface: { sizeBytes } }) => sizeBytes !== undefined);
  if (
    size !== undefined &&
    sized !== undefined &&
    connection.connector.name !== 'seL4DMASharedData'
  )
    diagnostics.push(
      diagnosticAt(
        size.place,
        'information',
        'setting-without-effect',
        `\`${connection.name}.size\` has no effect: the type of \`${nameOf(sized)}\` tells the size.`,
        [related(sized.interface.place, 'The dataport.')],
      ),
    );
  return diagnostics;
}

function checkDirectCall(connection: Connection): Diagnostic[] {
  if (connection.connector.name !== 'seL4DirectCall') return [];
  const [first, ...others] = [...connection.from, ...connection.to];
  const stranger = others.find(
    ({ instance }) => instance.addressSpace !== first?.instance.addressSpace,
  );
  if (first === undefined || stranger === undefined) return [];
  return [
    diagnosticAt(
      stranger.place,
      'error',
      'direct-call-across-spaces',
      `\`${stranger.instance.name}\` is not in the address space of \`${first.instance.name}\`; seL4DirectCall connects members of one group. Put both into a group, or use seL4RPCCall.`,
      [related(first.place, 'The other end is here.')],
    ),
  ];
}

const nameOf = ({ instance, interface: { name } }: ConnectionEndpoint): string =>
  `${instance.name}.${name}`;

const related = (place: Place, message: string): RelatedPlace => ({
  file: place.file,
  range: place.range,
  message,
});
