using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Gpio;

namespace EdgeAgent.Pipeline.Tests.Gpio;

/// <summary>The real drivers on this machine, whose chips, if there are any, are left alone: what they say of what is not there.</summary>
public sealed class RealDriverTests
{
    private static readonly LineAddress NoSuchChip = new(250, 3);

    [Theory]
    [InlineData(LineDriverKind.Auto)]
    [InlineData(LineDriverKind.Kernel)]
    [InlineData(LineDriverKind.LibGpiod2)]
    [InlineData(LineDriverKind.LibGpiod1)]
    public void A_chip_that_is_not_there_is_told_in_plain_words(LineDriverKind kind)
    {
        var driver = LineDrivers.Of(kind);
        foreach (var trouble in new[]
        {
            Assert.Throws<LineException>(() => driver.Find(new LineChoice("gpiochip250", null, 3))),
            Assert.Throws<LineException>(() => driver.Output(NoSuchChip, isHigh: true)),
            Assert.Throws<LineException>(() => driver.Input(NoSuchChip, LineBias.AsIs)),
        })
            Assert.StartsWith("there is no /dev/gpiochip250", trouble.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_nothing_bears_is_told()
    {
        Assert.Throws<LineException>(() => LineFinder.Find(new LineChoice(null, "no such line here", 0)));
        Assert.Throws<LineException>(() => LineFinder.Find(new LineChoice("no-such-label", null, 0)));
        Assert.Throws<LineException>(() => LineFinder.Find(new LineChoice("/dev/no-such-chip", "lamp", 0)));
    }
}
