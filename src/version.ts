declare const __PACKAGE_VERSION__: string | undefined;

/** The version of this package; the build and the test runner put in the one from package.json. */
export const VERSION: string = typeof __PACKAGE_VERSION__ === 'string' ? __PACKAGE_VERSION__ : '0.0.0-source';
