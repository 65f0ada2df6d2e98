/**
 * Calls to servers of devices, which know what each client may use: the pins that a query asked for, and the address of
 * a network card. Neither makes a capability; both are told to the programs.
 */
import { entryOf } from '../query-value.js';
import type { ConnectionEndpoint } from '../system.js';
import type { Value } from '../value.js';
import type { CompileContext, EndScope } from './context.js';
import { bindEnd, report, settingsOf } from './context.js';
import {
  bindClient,
  renderRpcClient,
  renderRpcServer,
  renderSignallingDataportServer,
} from './rpc.js';
import { isKnownSetting } from './setting-values.js';

export function renderPinClient(scope: EndScope): void {
  renderRpcClient(scope);
  bindEnd(scope, { pins: pinsOf(scope.context, scope.end) ?? [] });
}

/** A pin belongs to one client. */
export function renderPinServer(scope: EndScope): void {
  renderRpcServer(scope);
  const owners = new Map<number, ConnectionEndpoint>();
  scope.connection.from.forEach((client, index) => {
    const pins = pinsOf(scope.context, client);
    if (pins === undefined) return;
    bindClient(scope, index, { pins });
    for (const pin of pins) {
      const other = owners.get(pin);
      if (other !== undefined && other !== client)
        report(
          scope.context,
          settingOf(scope.context, client, 'pins')?.place ?? client.place,
          'error',
          'shared-pin',
          `Pin ${String(pin)} is asked for by \`${nameOf(client)}\` and by \`${nameOf(other)}\`; a pin belongs to one client of \`${scope.connection.name}\`. Leave it out at one of them.`,
          [{ ...other.place, message: 'The other client.' }],
        );
      owners.set(pin, client);
    }
  });
}

export function renderEthernetServer(scope: EndScope): void {
  renderSignallingDataportServer(scope);
  scope.connection.from.forEach((client, index) => {
    const setting = settingOf(scope.context, client, 'mac');
    if (setting === undefined || !isKnownSetting(scope.context, setting)) return;
    const bytes = integersIn(setting.value);
    if (bytes.length === 6 && bytes.every((byte) => byte >= 0 && byte <= 255)) {
      bindClient(scope, index, { networkAddress: bytes });
      return;
    }
    report(
      scope.context,
      setting.place,
      'error',
      'setting-type',
      `\`${client.instance.name}.${client.interface.name}_mac\` is no address of a network card; expected six bytes, such as [0x02, 0, 0, 0, 0, 1]. The client has none.`,
    );
  });
}

const nameOf = ({ instance, interface: { name } }: ConnectionEndpoint): string =>
  `${instance.name}.${name}`;

const settingOf = (
  context: CompileContext,
  { instance, interface: { name } }: ConnectionEndpoint,
  suffix: string,
) => settingsOf(context, instance.name).get(`${name}_${suffix}`);

function pinsOf(context: CompileContext, client: ConnectionEndpoint): number[] | undefined {
  const setting = settingOf(context, client, 'pins');
  if (setting === undefined || !isKnownSetting(context, setting)) return undefined;
  const found = entryOf(setting.value, 'query');
  const [query] = found?.kind === 'list' ? found.items : [];
  const pins = entryOf(query, 'desired_pins');
  if (pins !== undefined) return integersIn(pins);
  report(
    context,
    setting.place,
    'error',
    'setting-type',
    `\`${client.instance.name}.${client.interface.name}_pins\` is a ${setting.value.kind}; expected a query for pins, \`gpio(…)\`.`,
  );
  return undefined;
}

const integersIn = (value: Value): number[] =>
  value.kind === 'list'
    ? value.items.flatMap((item) => (item.kind === 'integer' ? [Number(item.value)] : []))
    : [];
