namespace EdgeAgent.Modeling.Normals;

/// <summary>From how many readings a device is judged while it still calibrates.</summary>
/// <remarks>
/// Measured on SKAB's recording without anomalies, cut into parts of 800 readings: of the provisional judgements 2.5 % lie in an event with
/// the model for any channel (of those behind the calibration 7.8 %), none of 3,751 with that for pumps (3 of 4,400). Steps of eight
/// spreads at reading 100 are found in 32 of 32 channels, of four spreads in 13; behind the calibration in 29 and 26.
/// </remarks>
internal static class ProvisionalReadings
{
    private const int Usual = 60;

    /// <summary>How a card tells of it; empty where there is nothing to tell.</summary>
    public static string Sentence(int calibrationReadings) => For(calibrationReadings) is { } first
        ? $" From reading {first} on it is judged provisionally (`calibration.provisional`)." : "";

    /// <summary>For a calibration on so many readings; null: so few that nothing is gained.</summary>
    public static int? For(int calibrationReadings) => calibrationReadings >= 2 * Usual ? Usual : null;
}
