// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {TestToken} from "./TestToken.sol";

interface IFlush {
    function flush(address token) external;
}

/// A token that misbehaves as it is told, for the tests of the forwarder.
contract HostileToken is TestToken {
    enum Mode {
        Honest,
        /// Transfers burn all the gas they get.
        BurnGas,
        /// Transfers revert with a megabyte of data.
        RevertBomb,
        /// Transfers to the denied account revert.
        Deny,
        /// Transfers move the value, then flush the sender again and record whether that worked.
        Reenter,
        /// Transfers burn one base unit more than was sent, if the sender has it.
        ChargeSender
    }

    Mode public mode;
    address public denied;
    bool public reentered;

    constructor(string memory name_, string memory symbol_, uint8 decimals_) TestToken(name_, symbol_, decimals_) {}

    function set(Mode mode_, address denied_) external {
        mode = mode_;
        denied = denied_;
    }

    function transfer(address to, uint256 value) external override returns (bool) {
        if (mode == Mode.BurnGas) {
            assembly {
                invalid()
            }
        }
        if (mode == Mode.RevertBomb) {
            assembly {
                revert(0, 1048576)
            }
        }
        if (mode == Mode.Deny) require(to != denied, "denied");
        move(msg.sender, to, value);
        if (mode == Mode.ChargeSender && balanceOf[msg.sender] != 0) move(msg.sender, address(0), 1);
        if (mode == Mode.Reenter) {
            try IFlush(msg.sender).flush(address(this)) {
                reentered = true;
            } catch {}
        }
        return true;
    }
}
