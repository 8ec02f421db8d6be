interface Zoomable {
  zoomBy(factor: number, at?: number): void;
  panBy(share: number): void;
  reset(): void;
}

/** The wheel zooms with Ctrl, as a pinch on a touchpad says, or when the timeline has the focus: else it scrolls the page. Two fingers zoom, one pans. */
export function pinchAndWheel(over: HTMLElement, place: HTMLElement, timeline: Zoomable): void {
  over.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !event.metaKey && !place.contains(document.activeElement)) return;
      event.preventDefault();
      timeline.zoomBy(event.deltaY > 0 ? 1.25 : 0.8, event.offsetX / over.clientWidth);
    },
    { passive: false },
  );
  const touches = new Map<number, number>();
  const spread = (): { readonly distance: number; readonly middle: number } => {
    const [first = 0, second = first] = touches.values();
    return { distance: Math.abs(first - second), middle: (first + second) / 2 - over.getBoundingClientRect().left };
  };
  over.addEventListener('pointerdown', ({ pointerType, pointerId, clientX }) => {
    if (pointerType === 'touch') touches.set(pointerId, clientX);
  });
  over.addEventListener('pointermove', ({ pointerId, clientX }) => {
    const last = touches.get(pointerId);
    if (last === undefined) return;
    const before = spread();
    touches.set(pointerId, clientX);
    if (touches.size === 1) {
      timeline.panBy((last - clientX) / over.clientWidth);
      return;
    }
    const after = spread();
    if (before.distance > 0 && after.distance > 0) timeline.zoomBy(before.distance / after.distance, after.middle / over.clientWidth);
  });
  for (const end of ['pointerup', 'pointercancel', 'pointerleave'] as const)
    over.addEventListener(end, ({ pointerId }) => touches.delete(pointerId));
}

const KEYS: Readonly<Record<string, (timeline: Zoomable) => void>> = {
  '+': (timeline) => timeline.zoomBy(0.6),
  '=': (timeline) => timeline.zoomBy(0.6),
  '-': (timeline) => timeline.zoomBy(1 / 0.6),
  ArrowLeft: (timeline) => timeline.panBy(-0.2),
  ArrowRight: (timeline) => timeline.panBy(0.2),
  '0': (timeline) => timeline.reset(),
  Escape: (timeline) => timeline.reset(),
};

/** @returns whether the key was one of the timeline's */
export function pressKey(timeline: Zoomable, key: string): boolean {
  const act = KEYS[key];
  act?.(timeline);
  return act !== undefined;
}
