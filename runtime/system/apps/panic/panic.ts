// Cannot go on, and says so.
import { sdk_panic } from 'sdk';

export function main(): void {
  sdk_panic('Goodbye, cruel world');
}
