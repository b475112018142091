import toRuntime from 'wuchale/runtime';
import { locales } from './data.js';

/** Gives each page its sentences, in the first language of `wuchale.config.js`. */
const [locale] = locales;
document.documentElement.lang = locale;

/** @param {Record<string, import('wuchale/runtime').CatalogModule>} catalogs */
export const getRuntime = (catalogs) => toRuntime(catalogs[locale], locale);
export const getRuntimeRx = getRuntime;
