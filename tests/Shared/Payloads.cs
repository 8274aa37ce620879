using System.Globalization;

namespace EdgeAgent.TestSupport;

/// <summary>The readings of a CSV recording as a sensor gateway sends them, one JSON object a line.</summary>
internal static class Payloads
{
    public static IEnumerable<string> Of(string recording)
    {
        var lines = File.ReadLines(recording).Select(l => l.Split(';')).ToList();
        var channels = lines[0].Length - 3; // The time stands before them, two labels behind.
        foreach (var cells in lines.Skip(1))
        {
            var values = Enumerable.Range(1, channels)
                .Select(c => (Name: lines[0][c], Value: double.Parse(cells[c], CultureInfo.InvariantCulture)))
                .Select(c => string.Create(CultureInfo.InvariantCulture, $"\"{c.Name}\":{c.Value:R}"));
            yield return "{\"ts\":\"" + cells[0] + "\",\"values\":{" + string.Join(",", values) + "}}";
        }
    }
}
