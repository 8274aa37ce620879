using System.Globalization;

namespace EdgeAgent.Discovery;

/// <summary>Finds the place that says how good a value is, and which of its values are good.</summary>
internal static class QualityPlace
{
    private const int LeastGoodDa = 192, MostGoodDa = 255, OverriddenDa = 216;
    private static readonly string[] GoodWords = ["ok", "valid"];

    /// <summary>Null: none of the places does, or nobody knows what its values mean.</summary>
    /// <param name="beside">The places beside the value.</param>
    /// <param name="path">How the source is to spell such a place.</param>
    public static PlanLine? Of(IEnumerable<DocumentPlace> beside, Func<DocumentPlace, string> path) => beside
        .Where(p => p.Arrays == 0 && p.Values.Count > 0 && CommonNames.QualityRank(p.Name) >= 0)
        .OrderBy(p => CommonNames.QualityRank(p.Name))
        .Select(p => Line(p, Toml.Text(path(p)))).FirstOrDefault(line => line is not null);

    private static PlanLine? Line(DocumentPlace place, string path)
    {
        var codes = place.Values.Select(v => int.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : -1)
            .ToList();
        // A status of numbers or words may say what a device does; its values in an alarm are the ones that matter.
        var isStatus = place.Name.Equals("status", StringComparison.OrdinalIgnoreCase);
        if (codes.TrueForAll(c => c >= 0)) return isStatus ? null : OfCodes(codes, path, isText: place.TextCount > 0);
        if (place.Values.Any(v => v.StartsWith("good", StringComparison.OrdinalIgnoreCase))) return Usual(path);
        if (isStatus) return null;
        if (place.TextCount == 0 && place.Values.All(v => v is "True" or "False")) return Usual(path);
        var words = place.Values.Where(v => GoodWords.Contains(v, StringComparer.OrdinalIgnoreCase)).ToList();
        return words.Count == 0 ? null : new PlanLine("quality", $"{{ path = {path}, good = {Toml.List(words)} }}", "all else is bad");
    }

    /// <summary>0 is good in OPC UA and bad in OPC DA, whose good codes begin at 192.</summary>
    private static PlanLine? OfCodes(List<int> codes, string path, bool isText)
    {
        List<int> good = [.. codes.Where(c => c is >= LeastGoodDa and <= MostGoodDa)];
        if (good.Count > 0) return Listed(path, [LeastGoodDa, OverriddenDa, .. good], "the good codes of OPC DA that came, and the usual");
        if (!codes.Contains(0)) return null;
        return isText ? Listed(path, [0], "0 is taken for good") : Usual(path, "0 is taken for good");
    }

    private static PlanLine Listed(string path, IEnumerable<int> codes, string comment) =>
        new("quality", $"{{ path = {path}, good = [{string.Join(", ", codes.Distinct().Order())}] }}", comment);

    private static PlanLine Usual(string path, string? comment = null) => new("quality", path, comment);
}
