/**
 * What runs in a system that was built, for those who look into it: the programs of its components, and the applications
 * that it brings along, each in a thread that the system names after it.
 */
import type { SystemImage } from '../image/system-image.js';
import type { Built } from './build.js';

export interface NamedProgram {
  readonly image: SystemImage;
  readonly threads: readonly string[];
  readonly isApplication?: boolean;
}

export function loadedPrograms({ programs = [], applications = [] }: Built): NamedProgram[] {
  return [
    ...programs,
    ...applications.map(({ name, image }) => ({ image, threads: [name], isApplication: true })),
  ];
}
