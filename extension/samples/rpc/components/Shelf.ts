// The shelf: a function for each method of its interface, named <interface>_<method>. What comes back beside the
// result, here `left`, is a member of the class that the module camkes has for the method.
import { Library_lend, library } from 'camkes';
import { log } from 'sel4';

const books: string[] = ['Emma', 'Faust', 'Ulysses'];

export function library_lend(title: string): Library_lend {
  const at = books.indexOf(title);
  if (at >= 0) books.splice(at, 1);
  log('reader ' + library.sender().toString() + ' wants ' + title);
  return new Library_lend(at >= 0, books.length);
}

export function library_giveBack(title: string): void {
  books.push(title);
}

export function library_list(): string {
  return books.join(', ');
}
