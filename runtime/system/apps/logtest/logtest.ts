// Whether the system answers, in its log.
import { SdkError, sdk_error_name, sdk_log, sdk_ping } from 'sdk';

export function main(): void {
  let error = sdk_ping();
  if (error == SdkError.Success) sdk_log('ping!');
  else sdk_log('sdk_ping failed: ' + sdk_error_name(error));
  sdk_log('DONE');
}
