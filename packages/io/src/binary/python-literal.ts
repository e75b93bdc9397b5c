/** What the literals of a `.npy` header stand for. */
export type PythonValue = string | number | boolean | null | readonly PythonValue[] | ReadonlyMap<string, PythonValue>

/** The deepest that brackets nest: records of records. */
const maxDepth = 32

const token =
  /[ \t\f\r\n]*(?:[uUbB]?('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")|(\d+)[lL]?(?![\w.])|(True|False|None)\b|([{}[\](),:]))/y
const constants: Readonly<Record<string, boolean | null>> = { True: true, False: false, None: null }

class Wrong extends Error {}

/** Reads one literal of Python after another; nothing is run. */
class Reader {
  private at = 0

  constructor(private readonly text: string) {}

  /** The next mark or value, taken. */
  next(): { readonly mark: string } | { readonly value: PythonValue } {
    token.lastIndex = this.at
    const found = token.exec(this.text)
    if (!found) throw new Wrong()
    this.at = token.lastIndex
    const [, string, digits, constant, mark] = found
    if (mark !== undefined) return { mark }
    if (string !== undefined) return { value: string.slice(1, -1) }
    return { value: digits === undefined ? constants[constant] : Number(digits) }
  }

  /** Takes a mark if it comes next. */
  takes(mark: string): boolean {
    const rest = /[ \t\f\r\n]*/y
    rest.lastIndex = this.at
    rest.exec(this.text)
    if (this.text[rest.lastIndex] !== mark) return false
    this.at = rest.lastIndex + 1
    return true
  }

  value(depth = 0): PythonValue {
    if (depth > maxDepth) throw new Wrong()
    const taken = this.next()
    if ('value' in taken) return taken.value
    if (taken.mark === '{') return this.entries(depth)
    if (taken.mark === '(' || taken.mark === '[') return this.items(taken.mark === '(' ? ')' : ']', depth)
    throw new Wrong()
  }

  private items(end: string, depth: number): PythonValue {
    const items: PythonValue[] = []
    let commas = 0
    while (!this.takes(end)) {
      items.push(this.value(depth + 1))
      if (this.takes(',')) commas++
      else if (this.takes(end)) break
      else throw new Wrong()
    }
    // (4) is the number 4 in brackets; () and (4,) are lists.
    return end === ')' && items.length === 1 && commas === 0 ? items[0] : items
  }

  private entries(depth: number): PythonValue {
    const entries = new Map<string, PythonValue>()
    while (!this.takes('}')) {
      const key = this.value(depth + 1)
      if (typeof key !== 'string' || !this.takes(':')) throw new Wrong()
      entries.set(key, this.value(depth + 1))
      if (this.takes(',')) continue
      if (this.takes('}')) break
      throw new Wrong()
    }
    return entries
  }

  isAtEnd(): boolean {
    return /^[ \t\f\r\n]*$/.test(this.text.slice(this.at))
  }
}

/**
 * The value of a literal of Python as NumPy writes them: strings, whole numbers (`10L` of Python 2 too), True, False, None, tuples, lists
 * and dicts with strings for keys. undefined for anything else. Takes time linear in the text.
 */
export function parsePython(text: string): PythonValue | undefined {
  const reader = new Reader(text)
  try {
    const value = reader.value()
    return reader.isAtEnd() ? value : undefined
  } catch (error) {
    if (error instanceof Wrong) return undefined
    throw error
  }
}
