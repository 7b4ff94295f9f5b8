/**
 * A module of Node's, where there is Node. Asked for when it is needed and not imported, so that bundles for edge runtimes
 * have nothing of Node. Next.js puts a function that throws in its place where it runs as an edge runtime.
 */
export const nodeModule: NodeJS.Process['getBuiltinModule'] = (name: string) => {
  try {
    return globalThis.process?.getBuiltinModule?.(name);
  } catch {
    return undefined;
  }
};
