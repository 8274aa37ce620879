namespace EdgeAgent.Modeling.Normals;

/// <summary>From how many readings a device is judged while it still calibrates.</summary>
/// <remarks>
/// Measured on SKAB's recording without anomalies, cut into parts of 800 readings: of 3,751 provisional judgements none lies in an event
/// with the model for pumps (of those behind the calibration 3 of 4,400).
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
