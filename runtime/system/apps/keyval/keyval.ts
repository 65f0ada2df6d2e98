// A key that is not there, is written, read and deleted; and deleted once more.
import {
  SdkError,
  sdk_bytes,
  sdk_delete_key,
  sdk_error_name,
  sdk_log,
  sdk_read_key,
  sdk_write_key,
} from 'sdk';

const KEY: string = 'foo';

export function main(): void {
  read();
  let written = sdk_write_key(KEY, sdk_bytes('123'));
  sdk_log(written == SdkError.Success ? 'write ok' : 'write error ' + sdk_error_name(written));
  read();
  let deleted = sdk_delete_key(KEY);
  sdk_log(deleted == SdkError.Success ? 'delete ok' : 'delete error ' + sdk_error_name(deleted));
  let again = sdk_delete_key(KEY);
  if (again == SdkError.Success) sdk_log('delete ok (for missing key)');
  else sdk_log('delete error ' + sdk_error_name(again));
}

function read(): void {
  let found = sdk_read_key(KEY);
  if (found.error == SdkError.ReadKeyFailed) sdk_log('read(foo) failed as expected');
  else if (found.error != SdkError.Success) sdk_log('read error ' + sdk_error_name(found.error));
  else sdk_log('read returned [' + found.value.slice(0, 4).join(', ') + ', ..]');
}
