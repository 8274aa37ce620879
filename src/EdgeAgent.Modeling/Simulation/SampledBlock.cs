using System.Globalization;
using System.Text;

namespace EdgeAgent.Modeling.Simulation;

/// <summary>A block of samples as a sensor sends it.</summary>
/// <param name="End">When the last sample was taken.</param>
/// <param name="Rate">Samples a second.</param>
/// <param name="Samples">x y z x y z …</param>
/// <param name="IsFaulty">Whether the fault is on.</param>
internal readonly record struct SampledBlock(DateTimeOffset End, double Rate, float[] Samples, bool IsFaulty)
{
    private const string Names = "xyz";

    public float Of(int axis, int sample) => Samples[sample * MachineDesign.Axes + axis];

    /// <summary>The message in JSON: time of the last sample, rate, an array an axis.</summary>
    public string ToMessage()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{{\"ts\":{End.ToUnixTimeMilliseconds()},\"rate\":{Rate},\"values\":{{");
        for (var axis = 0; axis < MachineDesign.Axes; axis++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(axis == 0 ? "" : ",")}\"{Names[axis]}\":[");
            for (var i = 0; i < Samples.Length / MachineDesign.Axes; i++)
                text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ",")}{Of(axis, i):0.####}");
            text.Append(']');
        }
        return text.Append("}}").ToString();
    }
}
