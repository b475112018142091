/** Our signs, drawn on a field of 20; `solid` parts are filled. */
export const ICONS = {
  star: '<path d="M10 3.200l2.100 4.300 4.700.700-3.400 3.300.800 4.700L10 14l-4.200 2.200.800-4.700L3.200 8.200l4.700-.700z"/>',
  tick: '<path d="M4 10.6l4 4 8.2-9"/>',
  dots: '<path d="M4 10h.1M10 10h.1M16 10h.1" stroke-width="2.6"/>',
  offline:
    '<path d="M4.2 6.4A4.4 4.4 0 0 0 5.6 15H14M8.2 5A5 5 0 0 1 15 8.600a3.300 3.300 0 0 1 1.700 5.700M3 3l14 14"/>',
  warn: '<path d="M10 3.4l7.4 13H2.600zM10 8.400v3.600M10 14.200v.1"/>',
  lock: '<rect x="4.6" y="9" width="10.8" height="7.8" rx="1.8"/><path d="M7 9V6.6a3 3 0 0 1 6 0V9"/>',
  info: '<circle cx="10" cy="10" r="7"/><path d="M10 9.200v4.400M10 6.400v.1"/>',
  clock: '<circle cx="10" cy="10" r="7"/><path d="M10 6v4.200l2.600 1.600"/>',
  pen: '<path d="M3.6 16.4l.8-3.6L13.6 3.600l2.8 2.8-9.2 9.2z"/>',
  plus: '<path d="M10 4v12M4 10h12"/>',
  minus: '<path d="M4 10h12"/>',
  close: '<path d="M5.2 5.2l9.6 9.6M14.8 5.2l-9.6 9.6"/>',
  left: '<path d="M12 5.6L7.6 10l4.4 4.4"/>',
  right: '<path d="M8 5.6l4.4 4.4L8 14.4"/>',
  down: '<path d="M5.6 8l4.4 4.4L14.4 8"/>',
  up: '<path d="M5.6 12.400L10 8l4.400 4.400"/>',
  enter: '<path d="M15.6 5v4.4A2.6 2.6 0 0 1 13 12H5M8 8.6L4.6 12 8 15.4"/>',
  silence:
    '<path d="M3 10c2.200-3.600 4.600-5.200 7-5.200s4.800 1.600 7 5.200M5 12.600l-1.600 1.900M10 14v2.600M15 12.600l1.600 1.900"/>',
  home: '<path d="M3 9.6L10 3.4l7 6.2M5 8.2V16.6h10V8.2"/>',
  large: '<path d="M11.6 3.6h4.8v4.8M8.4 16.4H3.6v-4.8M16.2 3.8l-5 5M3.8 16.2l5-5"/>',
  shield:
    '<path class="solid" d="M10 1.6l7.2 2.5v5.3c0 4.600-2.900 7.600-7.200 9.100-4.300-1.500-7.200-4.500-7.200-9.100V4.100z"/><path d="M10 5.800v5M10 13.800v.1" stroke="var(--sheet)" stroke-width="2"/>',
  leaf: '<path d="M4 16c0-7 4-11.4 12-12-.2 8-4.4 12-12 12zM4 16l6.400-6.600"/>',
  search: '<circle cx="8.8" cy="8.8" r="5.3"/><path d="M12.8 12.8L17 17"/>',
  pot: '<circle cx="10" cy="10" r="5"/>',
  resonates:
    '<circle cx="10" cy="10" r="2.4" class="solid"/><circle cx="10" cy="10" r="5.2"/><circle cx="10" cy="10" r="8.4"/>',
  testing: '<circle cx="10" cy="10" r="6.4"/><path class="solid" d="M10 3.6a6.4 6.4 0 0 1 0 12.8z"/>',
  aside: '<circle cx="10" cy="10" r="6.4"/><path d="M6.4 10h7.200"/>',
  eye: '<path d="M2.600 10c2.200-3.600 4.600-5.200 7.400-5.200s5.200 1.600 7.400 5.200c-2.200 3.600-4.600 5.200-7.400 5.200S4.800 13.600 2.600 10z"/><circle cx="10" cy="10" r="2.200"/>',
  alone: '<circle cx="10" cy="10" r="6.400"/><circle cx="10" cy="10" r="2" class="solid"/>',
  together: '<circle cx="7" cy="10" r="4.600"/><circle cx="13" cy="10" r="4.600"/>',
  fits: '<path d="M4.6 7.8h10.8M4.6 12.2h10.8"/>',
  unfit: '<path d="M4.6 7.8h10.8M4.6 12.2h10.8M13.2 4L6.8 16"/>',
  came: '<path d="M4 8v4M7 6v8M10 3.6v12.8M13 6v8M16 8v4"/>',
  table:
    '<circle cx="5" cy="5" r="1.800"/><circle cx="10" cy="5" r="1.800"/><circle cx="15" cy="5" r="1.800"/><path d="M2.600 9.600h14.800M5 9.600V16M15 9.600V16"/>',
  link: '<path d="M8.400 11.600a3 3 0 0 0 4.200 0l2.800-2.800a3 3 0 0 0-4.200-4.200l-1 1M11.600 8.400a3 3 0 0 0-4.200 0l-2.800 2.800a3 3 0 0 0 4.200 4.200l1-1"/>',
  phone:
    '<path d="M6.400 3.400l2 4-1.800 1.400a9 9 0 0 0 4.600 4.600l1.400-1.800 4 2c-.2 2-1.400 3.200-3.400 3-5.400-.600-9.200-4.400-9.800-9.800-.2-2 1-3.200 3-3.400z"/>',
  hold: '<circle cx="10" cy="10" r="7"/><path d="M8 7.400v5.200M12 7.400v5.200"/>',
  download: '<path d="M10 3.600v8.800M6.400 9.200l3.600 3.600 3.600-3.600M4 16.400h12"/>',
  cup: '<path d="M4 7h10v4.600A3.400 3.400 0 0 1 10.600 15H7.400A3.400 3.400 0 0 1 4 11.600zM14 8.400h1.400a1.800 1.800 0 0 1 0 3.600H14M7.400 4.600V3.200M10.600 4.600V3.200"/>',
  key: '<circle cx="7" cy="7.600" r="3.400"/><path d="M9.400 10l6.200 6.200M13 13.600l1.600-1.600"/>',
  people:
    '<circle cx="7" cy="7" r="2.600"/><circle cx="13.600" cy="7" r="2.200"/><path d="M2.800 16c.2-3 1.800-4.600 4.200-4.600s4 1.600 4.200 4.600M13 11.400c2.400-.2 4 1.400 4.200 4.200"/>',
  undo: '<path d="M7 4.600L3.600 8 7 11.400M4 8h7.600a4.200 4.200 0 0 1 0 8.400H9"/>',
  redo: '<path d="M13 4.600L16.400 8 13 11.400M16 8H8.400a4.200 4.200 0 0 0 0 8.400H11"/>',
  ready: '<circle cx="10" cy="10" r="7"/><path d="M6.800 10.300l2.300 2.300 4.300-4.800"/>',
  grip: '<path d="M8 5h.1M8 10h.1M8 15h.1M12 5h.1M12 10h.1M12 15h.1" stroke-width="2.400"/>',
  more: '<path d="M5 10h.1M10 10h.1M15 10h.1" stroke-width="2.600"/>',
  difference: '<circle cx="6.6" cy="10" r="3.6"/><rect x="11.6" y="6.4" width="6" height="7.2" rx=".6"/>',
  sequence:
    '<circle cx="4" cy="10" r="1.9"/><circle cx="16" cy="10" r="1.9"/><path d="M6.6 10h6.4M11 7.6l2.4 2.4-2.4 2.4"/>',
  ranking: '<path d="M4 16V11.6M8 16V8.6M12 16V5.8M16 16V3.4"/>',
  hypothetical:
    '<path d="M3 15.6c2.6 0 4.2-1.200 5.600-3.800"/><path d="M10 9.600c1.400-2.600 3-4.600 6.600-5" stroke-dasharray="1.600 2.800"/><path d="M14.200 2.800l2.600 1.700-1.700 2.600"/>',
  observer:
    '<circle cx="5" cy="12.6" r="2.4"/><circle cx="15" cy="12.6" r="2.4"/><path d="M7.8 12.6h4.4"/><circle cx="10" cy="4.4" r="2"/><path d="M10 7v3" stroke-dasharray="1 2"/>',
  'helps-hinders': '<path d="M4.6 15.6L10 4.4l5.4 11.200M6.800 11.200h6.400"/>',
  'finding-out': '<circle cx="8.800" cy="8.800" r="5.300"/><path d="M12.800 12.800L17 17"/>',
  meaning: '<path d="M4 5h12v8H9l-3.600 3v-3H4z"/>',
  safety:
    '<path d="M10 2.600l6.400 2.200v4.600c0 4-2.600 6.600-6.400 8-3.800-1.400-6.400-4-6.400-8V4.800z"/>',
  ourselves:
    '<circle cx="10" cy="10" r="3"/><circle cx="10" cy="3.600" r="1.500"/><circle cx="16" cy="8" r="1.500"/><circle cx="13.800" cy="15.400" r="1.500"/><circle cx="6.200" cy="15.400" r="1.500"/><circle cx="4" cy="8" r="1.500"/>',
} as const;

/** The name of a sign. */
export type IconName = keyof typeof ICONS;
