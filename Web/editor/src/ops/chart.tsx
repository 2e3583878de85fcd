import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { span, type Moment } from "./history";

export interface Line {
  label: string;
  /** A custom property of the theme, such as `--accent`. */
  color: string;
  of: (moment: Moment) => number;
}

interface ChartProps {
  title: string;
  unit: string;
  lines: readonly Line[];
  moments: readonly Moment[];
  format: (value: number) => string;
}

/** Lines over the last minutes, with their present values in the heading. */
export function Chart({ title, unit, lines, moments, format }: ChartProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = moments.at(-1);
  useEffect(() => {
    const element = host.current!;
    const chart = new uPlot(optionsFor(lines, format, element.clientWidth), dataOf(lines, []), element);
    plot.current = chart;
    const resize = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: 170 }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      chart.destroy();
      plot.current = null;
    };
  }, [lines, format]);
  useEffect(() => plot.current?.setData(dataOf(lines, moments)), [lines, moments]);
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{title} <small class="muted">{unit}</small></span>
        {lines.map((line) => (
          <span key={line.label} class="chart-value">
            <i style={{ background: `var(${line.color})` }} aria-hidden="true" />
            {line.label} <strong>{latest === undefined ? "–" : format(line.of(latest))}</strong>
          </span>
        ))}
      </figcaption>
      <div ref={host} />
    </figure>
  );
}

function dataOf(lines: readonly Line[], moments: readonly Moment[]): uPlot.AlignedData {
  return [moments.map((moment) => moment.at), ...lines.map((line) => moments.map(line.of))];
}

function optionsFor(lines: readonly Line[], format: (value: number) => string, width: number): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name);
  const probe = (name: string): string => resolved(`var(${name})`, colour(name));
  const axis: uPlot.Axis = { stroke: probe("--muted"), grid: { stroke: probe("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui" };
  return {
    width,
    height: 170,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { range: (_chart, _min, max) => [max - span, max] }, y: { range: (_chart, _min, max) => [0, Math.max(max * 1.15, 1)] } },
    axes: [axis, { ...axis, size: 56, values: (_chart, values) => values.map((value) => value === 0 ? "0" : format(value)) }],
    series: [{}, ...lines.map((line) => ({ label: line.label, stroke: probe(line.color), width: 2, points: { show: false } }))],
  };
}

/** A canvas knows no custom properties and no `light-dark()`: an element is asked what the colour comes to. */
function resolved(value: string, fallback: string): string {
  const element = document.createElement("span");
  element.style.color = value;
  document.body.append(element);
  const color = getComputedStyle(element).color;
  element.remove();
  return color === "" ? fallback : color;
}
