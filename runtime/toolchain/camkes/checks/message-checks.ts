/**
 * Remote calls whose messages cannot fit: parameters of known size alone are larger than what carries them, the IPC
 * buffer or the memory that client and server share. Strings and arrays count as nothing beyond their length word, and
 * types that no header is known to declare as nothing, so that nothing is said of a call that may fit.
 */
import type { Diagnostic } from '../../text/diagnostic.js';
import { diagnosticAt } from '../../text/source-line.js';
import { sizeOfType } from '../../c-headers/header-type.js';
import type {
  CamkesSystem,
  Connection,
  ConnectionEndpoint,
  MethodType,
  ProcedureType,
} from '../system.js';

/** 120 message registers of 4 bytes. */
const ipcBufferBytes = 480;
/** A page, of which a request takes one half and the reply the other. */
const defaultSharedBytes = 4096;
const ipcConnectors = ['seL4RPCCall', 'seL4RPCCallSignal'];
const sharedConnectors = [
  'seL4RPCOverMultiSharedData',
  'cantripRPCOverMultiSharedData',
  'cantripRPCSignalOverMultiSharedData',
];

export function checkMessages(system: CamkesSystem): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<MethodType>();
  for (const connection of system.connections) {
    for (const client of connection.from) {
      const room = roomOf(connection, client);
      const procedure = client.interface.procedure;
      if (room === undefined || procedure === undefined) continue;
      for (const method of procedure.methods) {
        const bytes = messageBytes(method, procedure);
        if (bytes <= room || seen.has(method)) continue;
        seen.add(method);
        diagnostics.push(tooLarge(connection, client, method, bytes, room));
      }
    }
  }
  return diagnostics;
}

function roomOf(connection: Connection, client: ConnectionEndpoint): number | undefined {
  const type = connection.connector.name;
  if (ipcConnectors.includes(type))
    return connection.settings.has('buffer') ? undefined : ipcBufferBytes;
  if (!sharedConnectors.includes(type)) return undefined;
  const value = client.instance.settings.get(`${client.interface.name}_shmem_size`)?.value;
  if (value === undefined) return defaultSharedBytes;
  return value.kind === 'integer' ? Number(value.value) : undefined;
}

/** The larger of request and reply. */
function messageBytes({ returns, parameters }: MethodType, procedure: ProcedureType): number {
  const { headerTypes, methods } = procedure;
  const methodCount = methods.length;
  const bytesOf = (type: string, isArray: boolean): number => {
    if (isArray) return 4;
    const declared = headerTypes?.get(type);
    if (declared !== undefined && declared.kind !== 'unknown') return sizeOfType(declared);
    return typeBytes.get(type) ?? 0;
  };
  let request = methodCount <= 1 ? 0 : methodCount <= 256 ? 1 : 2;
  let reply = bytesOf(returns, false);
  for (const { direction, type, isArray } of parameters) {
    const bytes = bytesOf(type, isArray);
    if (direction !== 'out') request += bytes;
    if (direction === 'out' || direction === 'inout') reply += bytes;
  }
  return Math.max(request, reply);
}

const typeBytes: ReadonlyMap<string, number> = new Map([
  ['char', 1],
  ['boolean', 1],
  ['int8_t', 1],
  ['uint8_t', 1],
  ['int16_t', 2],
  ['uint16_t', 2],
  ['int', 4],
  ['unsigned int', 4],
  ['int32_t', 4],
  ['uint32_t', 4],
  ['int64_t', 8],
  ['uint64_t', 8],
  ['double', 8],
  // At least its end.
  ['string', 1],
]);

const tooLarge = (
  connection: Connection,
  client: ConnectionEndpoint,
  method: MethodType,
  bytes: number,
  room: number,
): Diagnostic =>
  diagnosticAt(
    method.place,
    'warning',
    'message-too-large',
    `A message of \`${method.name}\` has at least ${String(bytes)} bytes, but \`${connection.name}\` has room for ${String(room)}. Pass large data through a dataport, or set \`${connection.name}.buffer\` to a connection of dataports.`,
    [
      {
        file: client.place.file,
        range: client.place.range,
        message: `\`${client.instance.name}\` calls it through this connection.`,
      },
    ],
  );
