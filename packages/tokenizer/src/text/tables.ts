// Written by reference/tables.mjs.
import { propertyOf, rangesOf } from './ranges.js'

/** A punctuation mark, as the library has it: of an earlier Unicode. */
export const punctuation = () =>
  propertyOf(
    '\\p{P}',
    '17h rj 3c e8 c 2x5.1 19.2 3pf.c 2.b 1828 8u y 3o.4 18.3 ui.1 1.1 36.4 a.1 1 ea.c 24 ap 7c.2 4b 2k.7 2b.2 1.4 2l.9 5z 2n.4 16.1 hx.1 22.c 4v 35d.1 c56.2 87.3 93 nbw ny.1',
    '10 6 g.2 v 1 r 1 4by 1dnf'
  )

/** Format characters that `clean_text` removes, besides controls and private use. */
export const removed = () => rangesOf('4t 11u.5 m 5c 1d 3cu 1ks.4 q.4 1d.4 1.9 17yn 6x.2 3b5 xya.3 43z.7 h406 u.2n')

/** A nonspacing mark, as `BertNormalizer` has it. */
export const nonspacing = () =>
  propertyOf(
    '\\p{Mn}',
    '1kt 49.8 16.n 7w 6z.5 2d 4u 1j 5f 1m.1 1w 8o j 1ts 39.1 fs.u 2.b lm.5 rao 48 1l 59 jmu.3 1t.4 8t.1 25.5 1y.a 1d.3 6i 2.1 25 7a 5 32 2 6x 3j.5 d 1 1 e.1 2d.7 2.2 1 n r4.8 1.1 74.1 1 4 40.3 2.1 4 w.9 14.5 2.3 8 9.5 2.2 1a.c 1.1 5i 1.2 1 5l.6 1.5 1 2a.l 2.6 1.1 1.1 3e.5 3 1.1 1.6 1 20.1 3 1 9n.1 b.1 1g.4 5 1 n 44l 6.e 8ug.b 3.2 2sf 44 isb.19 2.m 3ax.6 1.g 2.6 1.1 1.4 2s 4g.6 af 1p.3 e4.3 72.1 6r 2 7.1 5 ge.6',
    '4l0 1ejt'
  )

/** A mark, as `StripAccents` has it. */
export const marks = () =>
  propertyOf(
    '\\p{M}',
    '1kt 49.8 16.9 8a 6z.5 2d 4u 1j 52 c 1m.1 1w 8o j 1mu 6x j3.u 2.b ej 72.4 rap 5u js4.3 1t.4 8t.1 25.5 1y.a 1d.3 6i 2.1 25 3m.1 3m 4.1 35 6x 3g.8 1 2 1.3 1.4 1 e.1 3f r1.e 6t.5 1.1 2.3 1 1.1 3x.6 2.6 3 s.9 14.6 1.3 8 9.a 1a.f 5i.7 cp.5 3 1.1 1.6 1 1u.4 1.1 1.4 9n.3 9.1 1 1c.6 3.4 n 44l 6.e 8ug.h 2sf 1b.8 2k b.1 iry.19 2.m 3ew 4g.6 af 1p.3 e4.3 72.1 6r 2 7.1 5',
    '5pu.1'
  )

/** Characters that the library does not know yet: its patterns take them for unassigned. */
export const newer = () =>
  rangesOf(
    '1ov r0 3j 2r6.e 2.b 15h 250 ojb.1 2 1 s gk1.f cd.1 1i.6 29d.p 12j.2 8.8 x.1 2g4.7 g8.17 4.9 fxy.o 2.o 7y.4 4qp.7 zt.l 2p.36 cg7.2 cd.m f.g 4pb.u 1.l 8.1 34o 4e.3 9h.8 aj.3 1e 3 1l 4 s 4 7e 10zj.5 4ma.b gsi.3bd'
  )

/** Characters whose decomposition or class the library does not know: they stay, and nothing moves across them. */
export const unnormalized = () =>
  rangesOf(
    '1kt 49.8 16.9 8a fx 72.1 al 1ne q1.u 2.b lm.4 45g n3l.3 1j n0 hun q bg.4 1.15 1.8 12h.3 1t.4 8t.1 25.1 1.2 1y.a 1d.3 6i ju 1z 1 8 2 1f 1.1 5.2 3x re.1 71 4.1 4 4c 2b i 29 iw 1.1 29 bt.1 d0e.7 6 2ew.2 hx.1 ick.z 3sm.1p x 4g.6 af 1p.3 e4.3 72.1 6r 2 7.1 5 22e 22r.9'
  )

/** Of these, those that are made of others. */
export const uncomposed = () => rangesOf('1fpl q 2ou 1 8 2 1f 1.1 12n e7c.7 2f3.2')
