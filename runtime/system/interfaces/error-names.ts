// Names of errors, as the shell prints them: those of the enumerations, in their order.
import { MemoryError } from './memory';
import { ProcessError } from './process-control';
import { SecurityError } from './security';

const MEMORY: string[] = [
  'Success',
  'SerializeFailed',
  'DeserializeFailed',
  'ObjCountInvalid',
  'ObjTypeInvalid',
  'ObjCapInvalid',
  'CapAllocFailed',
  'UnknownError',
  'AllocFailed',
  'FreeFailed',
  'QuotaExceeded',
];

const PROCESS: string[] = [
  'Success',
  'BundleIdInvalid',
  'PackageBufferLenInvalid',
  'BundleNotFound',
  'BundleFound',
  'BundleRunning',
  'BundleNotRunning',
  'UnknownError',
  'DeserializeError',
  'SerializeError',
  'ObjCapInvalid',
  'InstallFailed',
  'UninstallFailed',
  'StartFailed',
  'StopFailed',
  'SuspendFailed',
  'ResumeFailed',
  'CapScanFailed',
  'BundleDataInvalid',
  'QuotaExceeded',
  'OutOfMemory',
  'OutOfSlots',
  'BundleSuspended',
  'BundleNotSuspended',
  'UpdateFailed',
  'StorageFull',
];

const SECURITY: string[] = [
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
  'StorageFull',
  'KeyQuotaExceeded',
];

export function memoryErrorName(error: MemoryError): string {
  return nameIn(MEMORY, error);
}

export function processErrorName(error: ProcessError): string {
  return nameIn(PROCESS, error);
}

export function securityErrorName(error: SecurityError): string {
  return nameIn(SECURITY, error);
}

function nameIn(names: string[], error: i32): string {
  return error >= 0 && error < names.length ? names[error] : 'UnknownError';
}
