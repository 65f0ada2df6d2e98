// Errors of services as commands print them: by their names in CantripOS.
import { SecurityError } from '../../interfaces/security';

const SECURITY_ERRORS: string[] = [
  'Success',
  'BundleIdInvalid',
  'BundleDataInvalid',
  'BundleNotFound',
  'DeleteFirst',
  'KeyNotFound',
  'PackageBufferLenInvalid',
  'ValueInvalid',
  'KeyInvalid',
  'DeserializeFailed',
  'SerializeFailed',
  'CapAllocFailed',
  'CapMoveFailed',
  'ObjCapInvalid',
  'UnknownError',
  'EchoFailed',
  'InstallFailed',
  'UninstallFailed',
  'SizeBufferFailed',
  'GetManifestFailed',
  'LoadApplicationFailed',
  'LoadModelFailed',
  'InstallModelFailed',
  'GetPackagesFailed',
  'ReadFailed',
  'WriteFailed',
  'DeleteFailed',
  'TestFailed',
];

export function securityErrorName(error: SecurityError): string {
  return nameAt(SECURITY_ERRORS, <u32>error);
}

function nameAt(names: string[], number: u32): string {
  return number < <u32>names.length ? names[<i32>number] : 'UnknownError';
}
