/** Addresses under which the page shows files that are not at the server yet. */
const LINGER = 30_000; // milliseconds; an element that is still loading a revoked address would fail

const addresses = new Map();

export function address(blob) {
  if (!addresses.has(blob)) addresses.set(blob, URL.createObjectURL(blob));
  return addresses.get(blob);
}

export function release(blob) {
  const url = addresses.get(blob);
  if (addresses.delete(blob)) setTimeout(() => URL.revokeObjectURL(url), LINGER);
}
