/** Light, dark, or as the device likes it. */
export type Theme = 'auto' | 'light' | 'dark'

const KEY = 'matinee.theme'

class Themes {
  now = $state<Theme>('auto')

  start(): void {
    const saved = read()
    this.choose(saved === 'light' || saved === 'dark' ? saved : 'auto')
  }

  choose(theme: Theme): void {
    this.now = theme
    const root = document.documentElement
    if (theme === 'auto') delete root.dataset.theme
    else root.dataset.theme = theme
    write(theme)
  }
}

/** Private windows may forbid storage; then the choice lasts as long as the page. */
function read(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

function write(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    return
  }
}

export const themes = new Themes()
