namespace EdgeAgent.Pipeline.Formats;

/// <summary>
/// Units that sensors report in, and what makes one of another: value · scale + offset. Factors after NIST SP 811 (2008), appendix B.
/// </summary>
internal static class UnitConversions
{
    /// <param name="Dimension">Only units of one dimension can be converted.</param>
    /// <param name="Names">As people write it.</param>
    /// <param name="Scale">To the dimension's base unit.</param>
    /// <param name="Offset">Added after the scale.</param>
    private readonly record struct Unit(string Dimension, string[] Names, double Scale, double Offset = 0);

    private static readonly Unit[] Units =
    [
        new("temperature", ["°C", "C", "degC", "Cel"], 1),
        new("temperature", ["°F", "F", "degF"], 5 / 9.0, -160 / 9.0),
        new("temperature", ["K"], 1, -273.15),
        new("pressure", ["Pa"], 1),
        new("pressure", ["hPa"], 100),
        new("pressure", ["kPa"], 1e3),
        new("pressure", ["MPa"], 1e6),
        new("pressure", ["mbar"], 100),
        new("pressure", ["bar"], 1e5),
        new("pressure", ["psi"], 6894.757),
        new("pressure", ["atm"], 101_325),
        new("pressure", ["mmHg"], 133.3224),
        new("length", ["m"], 1),
        new("length", ["mm"], 1e-3),
        new("length", ["cm"], 1e-2),
        new("length", ["µm", "um"], 1e-6),
        new("length", ["in"], 0.0254),
        new("length", ["ft"], 0.3048),
        new("speed", ["m/s"], 1),
        new("speed", ["mm/s"], 1e-3),
        new("speed", ["km/h"], 1 / 3.6),
        new("speed", ["in/s", "ips"], 0.0254),
        new("speed", ["ft/min", "fpm"], 0.3048 / 60),
        new("acceleration", ["m/s²", "m/s2"], 1),
        new("acceleration", ["g"], 9.80665),
        new("acceleration", ["mg"], 9.80665e-3),
        new("flow", ["m³/s", "m3/s"], 1),
        new("flow", ["m³/h", "m3/h"], 1 / 3600.0),
        new("flow", ["l/s", "L/s"], 1e-3),
        new("flow", ["l/min", "L/min", "lpm"], 1e-3 / 60),
        new("flow", ["gpm"], 6.309020e-5),
        new("power", ["W"], 1),
        new("power", ["kW"], 1e3),
        new("power", ["MW"], 1e6),
        new("energy", ["J"], 1),
        new("energy", ["kJ"], 1e3),
        new("energy", ["Wh"], 3600),
        new("energy", ["kWh"], 3.6e6),
        new("current", ["A"], 1),
        new("current", ["mA"], 1e-3),
        new("voltage", ["V"], 1),
        new("voltage", ["mV"], 1e-3),
        new("voltage", ["kV"], 1e3),
        new("frequency", ["Hz"], 1),
        new("frequency", ["kHz"], 1e3),
        new("frequency", ["rpm", "1/min"], 1 / 60.0),
        new("mass", ["kg"], 1),
        new("mass", ["t"], 1e3),
        new("mass", ["lb"], 0.45359237),
        new("ratio", ["1"], 1),
        new("ratio", ["%"], 0.01),
    ];

    public static bool IsKnown(string unit) => Find(unit) is not null;

    /// <summary>What makes a value in <paramref name="to"/> of one in <paramref name="from"/>.</summary>
    /// <returns>Null: one is unknown, or they measure different things.</returns>
    public static (double Scale, double Offset)? Between(string from, string to)
    {
        if (Find(from) is not { } a || Find(to) is not { } b || a.Dimension != b.Dimension) return null;
        return (a.Scale / b.Scale, (a.Offset - b.Offset) / b.Scale);
    }

    /// <summary>A linear range, as of a 4 to 20 mA sensor: <paramref name="from"/> becomes <paramref name="to"/>.</summary>
    public static (double Scale, double Offset) Between((double Low, double High) from, (double Low, double High) to)
    {
        var scale = (to.High - to.Low) / (from.High - from.Low);
        return (scale, to.Low - scale * from.Low);
    }

    private static Unit? Find(string unit)
    {
        foreach (var known in Units)
            if (Array.IndexOf(known.Names, unit) >= 0) return known;
        return null;
    }
}
