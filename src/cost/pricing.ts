/** What is loaded when a cost or the catalog is asked for: the data with the functions on it. */
export { createCatalog } from '../catalog/catalog.ts';
export { isPricedBy } from '../catalog/prices.ts';
export { cheapestIn } from './cheapest.ts';
export { costIn } from './cost-of.ts';
export { quantitiesOf } from './usage.ts';
