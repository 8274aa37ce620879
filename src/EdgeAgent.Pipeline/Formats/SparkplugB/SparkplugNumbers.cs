using EdgeAgent.Pipeline.Formats.Documents;

namespace EdgeAgent.Pipeline.Formats.SparkplugB;

/// <summary>The number that a value is for a channel.</summary>
internal sealed class SparkplugNumbers(PayloadOptions source)
{
    private readonly TextValue _texts = new(source);

    /// <summary>Reads a value; NaN: it is none that a channel holds.</summary>
    /// <param name="value">As it was sent.</param>
    /// <param name="type">Of the metric or column.</param>
    /// <param name="isListed">Whether the source asks for it by name.</param>
    /// <param name="number">The number.</param>
    /// <returns>False: only the type, which a birth tells, says whether it is negative.</returns>
    public bool TryRead(in SparkplugValue value, uint type, bool isListed, out float number)
    {
        number = float.NaN;
        var wide = double.NaN;
        switch (value.Form)
        {
            case SparkplugForm.Int or SparkplugForm.Long:
                if (!SparkplugType.TryWhole(value.Number, type, value.Form == SparkplugForm.Long, out wide)) return false;
                break;
            case SparkplugForm.Float:
                wide = BitConverter.UInt32BitsToSingle((uint)value.Number);
                break;
            case SparkplugForm.Double:
                wide = BitConverter.UInt64BitsToDouble(value.Number);
                break;
            case SparkplugForm.Boolean:
                wide = value.Number == 0 ? 0 : 1;
                break;
            case SparkplugForm.Text when _texts.TryRead(value.Text, isListed, out var text):
                wide = text;
                break;
        }
        number = (float)wide;
        if (!float.IsFinite(number)) number = float.NaN;
        return true;
    }
}
