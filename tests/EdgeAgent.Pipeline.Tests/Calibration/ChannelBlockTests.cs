using System.Runtime.InteropServices;
using EdgeAgent.Pipeline.Detection.Calibration;

namespace EdgeAgent.Pipeline.Tests.Calibration;

public sealed class ChannelBlockTests
{
    [Theory]
    [InlineData(20, 4, true)]
    [InlineData(float.MaxValue, 4, true)]
    [InlineData(1e39, 4, false)]
    [InlineData(-1e300, 4, false)]
    [InlineData(double.NaN, 4, false)]
    [InlineData(20, 1e80, false)]
    [InlineData(20, -1, false)]
    [InlineData(20, double.PositiveInfinity, false)]
    public void Mean_and_spread_beyond_what_readings_can_have_are_refused(double mean, double squares, bool isPossible)
    {
        var saved = new byte[ChannelBlock.SavedBytes(channels: 1)];
        MemoryMarshal.Write(saved, 10L);
        MemoryMarshal.Write(saved.AsSpan(sizeof(long)), mean);
        MemoryMarshal.Write(saved.AsSpan(sizeof(long) + sizeof(double)), squares);
        var block = new ChannelBlock(channels: 1);

        block.Load(saved);

        Assert.Equal(isPossible, block.IsPossible);
    }
}
