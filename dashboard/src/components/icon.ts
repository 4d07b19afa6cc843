import { html, svg, type TemplateResult } from "lit";

const drawings = {
  overview: svg`<rect x="3.500" y="3.500" width="7" height="7" rx="1.500"/><rect x="13.500" y="3.500" width="7" height="7" rx="1.500"/><rect x="3.500" y="13.500" width="7" height="7" rx="1.500"/><rect x="13.500" y="13.500" width="7" height="7" rx="1.500"/>`,
  announcement: svg`<path d="M4 10v4h3l9 5V5l-9 5z"/><path d="m7.500 14 1.200 5h2.600"/><path d="M19 9.500a4 4 0 0 1 0 5"/>`,
  calendar: svg`<rect x="3.500" y="5" width="17" height="15.500" rx="2"/><path d="M3.500 10h17M8 3v4M16 3v4"/>`,
  speaker: svg`<path d="M4 9.500v5h3.500l5 4v-13l-5 4z"/><path d="M16 9a4.200 4.200 0 0 1 0 6M18.700 6.500a8 8 0 0 1 0 11"/>`,
  silent: svg`<path d="M4 9.500v5h3.500l5 4v-13l-5 4z"/><path d="m16.500 9.500 4.500 5M21 9.500l-4.500 5"/>`,
  check: svg`<circle cx="12" cy="12" r="8.500"/><path d="m8.200 12.300 2.600 2.600 5-5.500"/>`,
  warning: svg`<path d="M12 4 3 19.500h18z"/><path d="M12 10v4.500M12 17v.01"/>`,
  error: svg`<circle cx="12" cy="12" r="8.500"/><path d="m9 9 6 6M15 9l-6 6"/>`,
  info: svg`<circle cx="12" cy="12" r="8.500"/><path d="M12 11v5M12 8v.01"/>`,
  wrench: svg`<path d="M14.500 6.500a4 4 0 0 1 5-1l-2.700 2.700 1.500 1.600L21 7.100a4 4 0 0 1-5.500 5L8 19.600a1.900 1.900 0 0 1-2.700-2.700l7.600-7.500a4 4 0 0 1 1.600-2.900z"/>`,
  dashed: svg`<circle cx="12" cy="12" r="8.500" stroke-dasharray="3.200 3.500"/>`,
  clock: svg`<circle cx="12" cy="12" r="8.500"/><path d="M12 7.500V12l3 2"/>`,
  air: svg`<path d="M4 10v4M8 7v10M12 4.500v15M16 8v8M20 10.500v3"/>`,
  stop: svg`<rect class="solid" x="5.500" y="5.500" width="13" height="13" rx="2.500"/>`,
  play: svg`<path class="solid" d="M8 5.300v13.400a.8.800 0 0 0 1.200.7l10.600-6.700a.8.800 0 0 0 0-1.400L9.200 4.600A.8.800 0 0 0 8 5.300z"/>`,
  pause: svg`<rect class="solid" x="6.500" y="5" width="4" height="14" rx="1"/><rect class="solid" x="13.500" y="5" width="4" height="14" rx="1"/>`,
  upload: svg`<path d="M12 15.500V4.500M7.500 9 12 4.500 16.500 9M4.500 15v3.500a1.500 1.500 0 0 0 1.500 1.500h12a1.500 1.500 0 0 0 1.500-1.500V15"/>`,
  search: svg`<circle cx="10.800" cy="10.800" r="6.300"/><path d="m15.500 15.500 4.500 4.500"/>`,
  plus: svg`<path d="M12 5v14M5 12h14"/>`,
  close: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  right: svg`<path d="m9.500 5.500 6.500 6.500-6.500 6.500"/>`,
  left: svg`<path d="M14.500 5.500 8 12l6.500 6.500"/>`,
  down: svg`<path d="m5.500 9.500 6.500 6.500 6.500-6.500"/>`,
  up: svg`<path d="m5.500 14.500 6.500-6.500 6.500 6.500"/>`,
  user: svg`<circle cx="12" cy="8.200" r="3.800"/><path d="M4.500 20c.8-4 3.700-6 7.500-6s6.700 2 7.500 6"/>`,
  leave: svg`<path d="M14 4.500H6.500A1.500 1.500 0 0 0 5 6v12a1.500 1.500 0 0 0 1.500 1.500H14M10.500 12H20M16.500 8.500 20 12l-3.500 3.500"/>`,
  trash: svg`<path d="M4.500 7h15M9.500 7V4.500h5V7M6.500 7l1 13h9l1-13M10 11v5.500M14 11v5.500"/>`,
  edit: svg`<path d="m4.500 19.500.8-4L16 4.800a1.700 1.700 0 0 1 2.400 0l.8.8a1.700 1.700 0 0 1 0 2.400L8.500 18.700z"/>`,
  qr: svg`<rect x="4" y="4" width="6" height="6" rx="1"/><rect x="14" y="4" width="6" height="6" rx="1"/><rect x="4" y="14" width="6" height="6" rx="1"/><path d="M14 14h2.500v2.500H14zM20 14v2.500M17 20h3v-1M14 20v-.5"/>`,
  mains: svg`<path d="M12.500 3 5.500 13.500H11L10.500 21l8-11H13z"/>`,
  battery: svg`<rect x="3.500" y="8" width="15" height="9" rx="1.800"/><path d="M21 11v3M6.500 11v3M9.500 11v3"/>`,
  temperature: svg`<path d="M10 13.500V5.500a2 2 0 0 1 4 0v8a4 4 0 1 1-4 0z"/><path d="M12 9.500v6.500"/>`,
  gauge: svg`<path d="M4.500 17.500a8.500 8.500 0 1 1 15 0M12 13.500l4-4"/>`,
  storage: svg`<rect x="4" y="5" width="16" height="6" rx="1.500"/><rect x="4" y="13.500" width="16" height="6" rx="1.500"/><path d="M7.500 8v.01M7.500 16.500v.01"/>`,
  door: svg`<path d="M6.500 20.500v-16h8v16M4 20.500h16M14.500 6.500h3v14M11.500 12.500v.01"/>`,
  repeat: svg`<path d="M5 11V9.500A2.500 2.500 0 0 1 7.500 7H18M15.500 4 18.500 7l-3 3M19 13v1.500a2.500 2.500 0 0 1-2.500 2.500H6M8.500 20l-3-3 3-3"/>`,
  admin: svg`<path d="M4 7h9M17 7h3M4 12h3M11 12h9M4 17h7M15 17h5"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="12" r="2"/><circle cx="13" cy="17" r="2"/>`,
  tree: svg`<rect x="4" y="4" width="7" height="5" rx="1.200"/><rect x="13" y="10.500" width="7" height="4" rx="1.200"/><rect x="13" y="16.500" width="7" height="4" rx="1.200"/><path d="M7 9v9.500h6M7 12.500h6"/>`,
  users: svg`<circle cx="9" cy="8.500" r="3.300"/><path d="M2.800 19.500c.6-3.600 3-5.300 6.200-5.300s5.600 1.700 6.200 5.300M15.500 5.500a3.300 3.300 0 0 1 0 6M17.500 14.600c2 .6 3.300 2.200 3.700 4.900"/>`,
  print: svg`<path d="M7 9V4h10v5M7 17H5a1.500 1.500 0 0 1-1.500-1.500v-5A1.500 1.500 0 0 1 5 9h14a1.500 1.500 0 0 1 1.500 1.500v5A1.500 1.500 0 0 1 19 17h-2M7 14h10v6.500H7z"/>`,
  move: svg`<path d="M4 7h7M4 12h5M4 17h7M13.500 12h7M17.500 8.500 21 12l-3.500 3.500"/>`,
  merge: svg`<path d="M5 4.500v3c0 3.500 7 3 7 6.500v5.500M19 4.500v3c0 3.500-7 3-7 6.500M8.800 16.500 12 19.700l3.200-3.200"/>`,
  lock: svg`<rect x="5" y="10.500" width="14" height="9.500" rx="1.800"/><path d="M8 10.500V8a4 4 0 0 1 8 0v2.500M12 14.500v2"/>`,
  key: svg`<circle cx="8.500" cy="15.500" r="4"/><path d="m11.500 12.500 8-8M16 8l2.500 2.500M13.500 10.500l2 2"/>`,
  copy: svg`<rect x="8.500" y="8.500" width="11.500" height="11.500" rx="1.800"/><path d="M15.500 8.500V5.800A1.800 1.800 0 0 0 13.700 4H5.800A1.800 1.800 0 0 0 4 5.800v7.900a1.800 1.800 0 0 0 1.800 1.800h2.700"/>`,
  download: svg`<path d="M12 4.500v11M7.500 11l4.500 4.500L16.500 11M4.500 15v3.500A1.500 1.500 0 0 0 6 20h12a1.500 1.500 0 0 0 1.500-1.500V15"/>`,
  pin: svg`<path d="M12 21c4.500-5 6.500-8.300 6.500-11a6.500 6.500 0 0 0-13 0c0 2.700 2 6 6.500 11z"/><circle cx="12" cy="10" r="2.300"/>`,
  phone: svg`<rect x="7" y="3" width="10" height="18" rx="2"/><path d="M11 18h2"/>`,
  cloud: svg`<path d="M7 18.500a4 4 0 0 1-.6-7.950A5.800 5.800 0 0 1 17.600 9.300 4.600 4.600 0 0 1 17 18.500z"/>`,
} as const;

/** Name of a drawing. */
export type IconName = keyof typeof drawings;

/** A decorative drawing; the word beside it carries the meaning. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${drawings[name]}</svg>`;
}
