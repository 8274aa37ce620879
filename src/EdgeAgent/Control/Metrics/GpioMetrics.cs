using EdgeAgent.Pipeline.Gpio;

namespace EdgeAgent.Control.Metrics;

/// <summary>The lines between the agent and the plant; nothing where none is configured.</summary>
internal static class GpioMetrics
{
    public static void Write(PrometheusText page, GpioLines lines)
    {
        if (lines.Outputs.Count + lines.GateLines.Count == 0) return;
        page.Gauge("edgeagent_gpio_line_ready", "Whether the agent holds the line.");
        foreach (var output in lines.Outputs) page.Value(output.Line.IsHeld, ("line", output.Line.Choice.ToString()));
        foreach (var gate in lines.GateLines) page.Value(gate.Line.IsHeld, ("line", gate.Line.Choice.ToString()));
        page.Gauge("edgeagent_gpio_alarm", "Whether an anomaly wants the output.");
        foreach (var output in lines.Outputs) page.Value(output.IsAlarm, ("line", output.Line.Choice.ToString()));
        page.Gauge("edgeagent_gate_open", "Whether the gate is open.");
        foreach (var gate in lines.GateLines) page.Value(gate.IsOpen, ("gate", gate.Options.Name));
        page.Counter("edgeagent_gate_closings_total", "Times that the gate closed.");
        foreach (var gate in lines.GateLines) page.Value(gate.Closings, ("gate", gate.Options.Name));
    }
}
