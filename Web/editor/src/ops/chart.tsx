import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useShownTheme } from "../ui/theme";
import { columns, span, type Moment } from "./history";

export interface Line {
  label: string;
  /** A custom property of the theme, such as `--accent`. */
  color: string;
  /** Null while there is nothing to show. */
  of: (moment: Moment) => number | null;
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
  const theme = useShownTheme();
  useEffect(() => {
    const element = host.current!;
    const chart = new uPlot(optionsFor(lines, format, element.clientWidth), dataOf(lines, moments), element);
    plot.current = chart;
    const resize = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: 170 }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      chart.destroy();
      plot.current = null;
    };
  }, [lines, format, theme]);
  useEffect(() => plot.current?.setData(dataOf(lines, moments)), [lines, moments]);
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{title} <small class="muted">{unit}</small></span>
        {lines.map((line) => (
          <span key={line.label} class="chart-value">
            <i style={{ background: `var(${line.color})` }} aria-hidden="true" />
            {line.label} <strong>{valueOf(line, latest, format)}</strong>
          </span>
        ))}
      </figcaption>
      <div ref={host} />
    </figure>
  );
}

function valueOf(line: Line, moment: Moment | undefined, format: (value: number) => string): string {
  const value = moment === undefined ? null : line.of(moment);
  return value === null ? "–" : format(value);
}

function dataOf(lines: readonly Line[], moments: readonly Moment[]): uPlot.AlignedData {
  return columns(moments, lines.map(({ of }) => of));
}

/** 1, 2, 5, 10 …: nothing here is worth half a unit. */
const wholeSteps = Array.from({ length: 13 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

const clock = (seconds: number): string => new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });

/** A value between two gaps has no line; a point shows it. */
function alone({ data }: uPlot, series: number): number[] {
  const values = data[series]!;
  return [...values.keys()].filter((index) => values[index] != null && values[index - 1] == null && values[index + 1] == null);
}

function optionsFor(lines: readonly Line[], format: (value: number) => string, width: number): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name);
  const probe = (name: string): string => resolved(`var(${name})`, colour(name));
  const font = `${width > 700 ? 14 : 12}px system-ui`;
  const axis: uPlot.Axis = { stroke: probe("--muted"), grid: { stroke: probe("--line"), width: 1 }, ticks: { show: false }, font };
  return {
    width,
    height: 170,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { range: (_chart, _min, max) => [max - span, max] }, y: { range: (_chart, _min, max) => [0, Math.max((max ?? 0) * 1.15, 1)] } },
    axes: [{ ...axis, size: 30, incrs: [60], values: (_chart, times) => times.map(clock) }, { ...axis, size: 64, incrs: wholeSteps, values: (_chart, values) => values.map((value) => value === 0 ? "0" : format(value)) }],
    series: [{}, ...lines.map((line) => ({ label: line.label, stroke: probe(line.color), width: 2, points: { show: false, filter: alone, size: 4 } }))],
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
