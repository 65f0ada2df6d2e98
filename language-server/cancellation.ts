/** Requests that take many steps let others in between them, and end when the client has lost interest. */
import type { CancellationToken } from 'vscode-languageserver/node';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';

/** Lets messages in that have arrived, so that a cancellation among them is seen. */
export async function stopIfCancelled(token: CancellationToken): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (token.isCancellationRequested)
    throw new ResponseError(LSPErrorCodes.RequestCancelled, 'The client cancelled the request.');
}
