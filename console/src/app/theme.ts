// Colours and sizes, light and dark: one table, given to antd as tokens and to our own styles as CSS variables.
import { theme, type ThemeConfig } from 'antd';

export type Shade = 'light' | 'dark';

/** What each colour is for. Text colours have at least 4.5 : 1 on `paper`, on `ground` and on what lies over them (`raised`), the edge of a box 3 : 1 (tested). */
export const palette = {
  light: {
    ground: '#f4f3ee',
    paper: '#ffffff',
    raised: '#ffffff',
    sunken: '#faf9f6',
    ink: '#1c2427',
    soft: '#566468',
    line: '#e2dfd6',
    edge: '#87928f',
    accent: '#0f6b66',
    accentSoft: '#e3f0ee',
    good: '#1f7045',
    goodSoft: '#e4f2e9',
    warn: '#8f5608',
    warnSoft: '#fbf0dc',
    bad: '#b0322a',
    badSoft: '#fbe7e5',
    busy: '#2460b0',
    busySoft: '#e5eefa',
    still: '#5d696d',
    stillSoft: '#ecebe6',
  },
  dark: {
    ground: '#12181a',
    paper: '#1a2225',
    raised: '#232d32',
    sunken: '#161d20',
    ink: '#e6ebea',
    soft: '#a3b0b3',
    line: '#2d383c',
    edge: '#6b7a7e',
    accent: '#5cc1b7',
    accentSoft: '#173532',
    good: '#6fcb94',
    goodSoft: '#173325',
    warn: '#e5ad5c',
    warnSoft: '#3a2c13',
    bad: '#f08a80',
    badSoft: '#42201d',
    busy: '#84b4f3',
    busySoft: '#1a2c45',
    still: '#a3b0b3',
    stillSoft: '#263034',
  },
} as const satisfies Record<Shade, Record<string, string>>;

const FONT =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif";

export function antdTheme(shade: Shade): ThemeConfig {
  const colours = palette[shade];
  return {
    algorithm: shade === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: colours.accent,
      colorSuccess: colours.good,
      colorWarning: colours.warn,
      colorError: colours.bad,
      colorInfo: colours.busy,
      // What antd derives from these colours is muddy.
      colorSuccessBg: colours.goodSoft,
      colorSuccessBorder: colours.goodSoft,
      colorWarningBg: colours.warnSoft,
      colorWarningBorder: colours.warnSoft,
      colorErrorBg: colours.badSoft,
      colorErrorBorder: colours.badSoft,
      colorInfoBg: colours.busySoft,
      colorInfoBorder: colours.busySoft,
      colorLink: colours.accent,
      // The lighter one of antd cannot be read.
      colorLinkHover: colours.accent,
      colorText: colours.ink,
      colorTextSecondary: colours.soft,
      colorTextDescription: colours.soft,
      colorTextPlaceholder: colours.soft,
      colorBgLayout: colours.ground,
      colorBgContainer: colours.paper,
      // A shadow shows nothing on a dark page.
      colorBgElevated: colours.raised,
      // What is chosen in a menu.
      controlItemBgActive: colours.accentSoft,
      controlItemBgActiveHover: colours.accentSoft,
      colorBorder: colours.line,
      colorBorderSecondary: colours.line,
      borderRadius: 7,
      fontFamily: FONT,
      fontSize: 14,
      wireframe: false,
      ...(shade === 'dark' ? { colorTextLightSolid: '#0d1516' } : {}),
    },
    components: {
      // antd writes "there is nothing" in the colour of what is switched off, which cannot be read.
      Table: { colorTextDisabled: colours.soft, headerBg: colours.sunken, headerColor: colours.soft, cellPaddingBlockSM: 7 },
      // An empty box must be seen, not only the one that is ticked.
      Checkbox: { colorBorder: colours.edge },
      Radio: { colorBorder: colours.edge },
      Tree: { colorBorder: colours.edge },
      // The one that antd derives cannot be read on a dark menu.
      Dropdown: { colorError: colours.bad },
      Menu: { dangerItemColor: colours.bad },
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
    },
  };
}

/** Sets `--ground`, `--paper` … on the page. */
export function paint(shade: Shade): void {
  const root = document.documentElement;
  for (const [name, colour] of Object.entries(palette[shade]))
    root.style.setProperty(`--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, colour);
  root.style.colorScheme = shade;
  root.dataset.shade = shade;
}
