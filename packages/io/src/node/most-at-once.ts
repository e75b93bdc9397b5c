/** Bytes that are read or written at a time: at 2³¹ and more, Node ends the process. */
export const mostAtOnce = 2 ** 30
