// kvread, kvwrite, kvdelete: keys of a bundle. A value is shown as the bytes that it has room for.
import { SecurityError, SecurityRequest, SecurityRequestKind } from '../../../interfaces/security';
import { askSecurity, keyValueReply } from '../../../interfaces/security-client';
import { securityErrorName } from '../../../interfaces/error-names';
import { wrongArguments } from './memory-commands';

export function keyCommand(words: string[]): string | null {
  let command = words[0];
  if (command != 'kvread' && command != 'kvwrite' && command != 'kvdelete') return null;
  if (words.length < 3) return wrongArguments(command);
  let bundle = words[1];
  let key = words[2];
  if (command == 'kvwrite') return write(bundle, key, words.slice(3).join(' '));
  if (command == 'kvread') {
    let error = askSecurity(SecurityRequest.ofKey(SecurityRequestKind.ReadKey, bundle, key));
    if (error != SecurityError.Success) return failed('Read', key, error);
    let value = keyValueReply();
    return value
      ? 'Read key "' + key + '" = [' + value.join(', ') + '].\n'
      : failed('Read', key, SecurityError.DeserializeFailed);
  }
  let error = askSecurity(SecurityRequest.ofKey(SecurityRequestKind.DeleteKey, bundle, key));
  return error == SecurityError.Success
    ? 'Delete key "' + key + '".\n'
    : failed('Delete', key, error);
}

function write(bundle: string, key: string, value: string): string {
  let bytes = Uint8Array.wrap(String.UTF8.encode(value));
  let error = askSecurity(SecurityRequest.writeKey(bundle, key, bytes));
  return error == SecurityError.Success
    ? 'Write key "' + key + '" = "' + value + '".\n'
    : failed('Write', key, error);
}

function failed(verb: string, key: string, error: SecurityError): string {
  return verb + ' key "' + key + '" failed: ' + securityErrorName(error) + whatToDo(error) + '\n';
}

function whatToDo(error: SecurityError): string {
  if (error == SecurityError.StorageFull)
    return '. The keys of all bundles fill their part of the flash: kvdelete some, or uninstall a bundle.';
  if (error == SecurityError.KeyQuotaExceeded)
    return '. The keys of this bundle take all that one bundle may have: kvdelete some.';
  return '';
}
